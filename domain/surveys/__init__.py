"""Surveys that managers make and reps answer at visits."""
