"""Backing: whether the OLAs and contracts behind a promise can keep it, whenever work arrives."""
