"""The matrix as it is shipped: files that say how each check is made, and what charity law asks of accounts."""
