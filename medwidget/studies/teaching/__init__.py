"""Data made up to teach with: settings that move smoothly, their truth, and what they show."""
