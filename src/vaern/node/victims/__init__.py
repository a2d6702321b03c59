"""Series, clues, hypotheses, appeals and survivors' wishes: from material to a safeguarded child."""
