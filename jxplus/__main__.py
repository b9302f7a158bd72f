"""`python -m jxplus`: the same command line as `jxplus`."""

from jxplus.cli import main

if __name__ == "__main__":
    main()
