"""What Gongkai costs, each figure beside a named baseline measured in the same run on the same machine."""
