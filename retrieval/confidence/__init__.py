"""How sure an answer is: confidence, calibration, vetoes."""
