"""What operators decide for themselves, and the platform for them: operators, their policy, their agreements."""
