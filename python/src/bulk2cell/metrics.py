"""The metrics of scores by name."""

COUNTS = ("true_positives", "false_positives", "true_negatives", "false_negatives")
EITHER_WAY = "auroc_either_way"
SILHOUETTE = "silhouette"
PERMUTATION_P = "permutation_p"
LEAVE_ONE_OUT = "auroc_leave_one_sample_out"
