package capturesummary

import "io"

// OpenLocal opens a file as the source of a summary.
func OpenLocal(name string) (io.ReadCloser, error) { return openLocal(name) }
