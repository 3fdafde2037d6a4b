"""What the ERP says. Pure: values in, values out."""
