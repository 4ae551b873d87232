"""What people see: tables and sentences."""
