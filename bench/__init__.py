"""Speed and accuracy of xentc, measured; see README.md in this folder."""
