"""The five published networks: their parts, losses and training (He et al., IJMS 2025, 26, 4365)."""
