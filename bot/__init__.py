"""The faces of Chuwen, and what they share."""
