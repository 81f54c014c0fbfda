"""One module per format family: each recognizes an entry in a unit of the outline, or says None."""
