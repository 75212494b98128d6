"""What every module is built from: Model, Command, Context, errors, ids. Knows no business noun."""
