"""What a build needs of the machine: whole files, other processes, a database that opens, a terminal."""
