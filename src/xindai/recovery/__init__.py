"""Collections: cases of loans in arrears, the steps that the policy asks for, contacts, promises to pay."""
