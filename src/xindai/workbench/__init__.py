"""How people work: who has taken which item of work, and how they want to see their lists."""
