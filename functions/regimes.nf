// Made by `make schema` from python/src/bulk2cell/regimes.py; change it there.

def regimes() {
    [
        A: [sees_labels: false, takes_shots: false, has_controls: true, folder: "regime_A"],
        B: [sees_labels: false, takes_shots: false, has_controls: true, folder: ""],
        C: [sees_labels: true, takes_shots: true, has_controls: false, folder: "regime_C"],
        D: [sees_labels: true, takes_shots: false, has_controls: false, folder: "regime_D"],
    ]
}
