"""The report's figures by topic; each function returns a figure of panels."""
