"""What passes between stages: folders that appear whole or not at all."""
