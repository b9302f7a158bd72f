"""What a batch gives: files of results, each by the ending of its name, and the page of a summary."""
