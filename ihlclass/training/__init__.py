"""Training: data, folds, fitting, calibration, thresholds, evaluation, tracking. Needs the extra ``train``."""
