"""scikit-learn's function ``log_loss``, without scikit-learn."""
