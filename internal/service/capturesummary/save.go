package capturesummary

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// folder is where files are kept. Nothing is written outside of it, whatever a
// blob is called.
type folder struct {
	root *os.Root
	path string
}

func openFolder(name string) (*folder, error) {
	if err := os.MkdirAll(name, 0o750); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	return &folder{root, name}, nil
}

// partialSuffix marks a file that is being written.
const partialSuffix = ".partial"

// saving is a file that is being written beside its place.
type saving struct {
	folder        *folder
	name, partial string
	file          *os.File
}

// begin gives the file a name that no other summary writes to.
func (f *folder) begin(name string) (*saving, error) {
	partial := name + "." + rand.Text() + partialSuffix
	file, err := f.root.OpenFile(partial, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return &saving{f, name, partial, file}, nil
}

// Write writes on.
func (s *saving) Write(data []byte) (int, error) {
	n, err := s.file.Write(data)
	if err != nil {
		err = fmt.Errorf("save_to: %w", err)
	}
	return n, err
}

// finish puts the file into its place. One that is there and equal stays as it is;
// any other is replaced.
func (s *saving) finish() (replaced bool, err error) {
	there, equal, err := s.existing()
	if err == nil {
		err = s.file.Sync()
	}
	if err = errors.Join(err, s.file.Close()); err != nil {
		return false, errors.Join(err, s.remove())
	}
	if equal {
		return false, s.remove()
	}
	if err := s.folder.root.Rename(s.partial, s.name); err != nil {
		return false, errors.Join(err, s.remove())
	}
	return there, nil
}

// discard leaves nothing behind.
func (s *saving) discard() error { return errors.Join(s.file.Close(), s.remove()) }

func (s *saving) remove() error { return s.folder.root.Remove(s.partial) }

// existing reports whether a file has the name already, and whether it is equal.
func (s *saving) existing() (there, equal bool, err error) {
	other, err := s.folder.root.Lstat(s.name)
	if errors.Is(err, os.ErrNotExist) {
		return false, false, nil
	}
	if err == nil {
		err = checkReplaceable(filepath.Join(s.folder.path, s.name), other)
	}
	if err != nil {
		return true, false, err
	}
	existing, err := s.folder.root.Open(s.name)
	if err != nil {
		return true, false, err
	}
	defer existing.Close() //nolint:errcheck // it was only read
	mine, err := s.file.Stat()
	if err != nil {
		return true, false, err
	}
	if mine.Size() != other.Size() {
		return true, false, nil
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return true, false, err
	}
	equal, err = equalContents(s.file, existing)
	return true, equal, err
}

func equalContents(x, y io.Reader) (bool, error) {
	const block = 64 << 10
	first, second := make([]byte, block), make([]byte, block)
	for {
		n, err := io.ReadFull(x, first)
		m, errSecond := io.ReadFull(y, second)
		if n != m || !bytes.Equal(first[:n], second[:m]) {
			return false, nil
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return true, nil
		}
		if err = errors.Join(err, errSecond); err != nil {
			return false, err
		}
	}
}

// reportMark stands at the beginning of each page that a summary wrote.
const reportMark = `<meta name="generator" content="cloudtap_capture_summary">`

// checkReport reports why a page cannot be written: only an earlier page or an empty
// file is replaced, as anything else may be the capture itself.
func checkReport(name string) error {
	if os.IsPathSeparator(name[len(name)-1]) || strings.TrimSpace(name) == "" {
		return fmt.Errorf("%q names no file", name)
	}
	info, err := os.Lstat(name)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("the file %s exists, and is no regular file", name)
	case info.Size() == 0:
		return nil
	}
	file, err := os.Open(name) //nolint:gosec // the user names it
	if err != nil {
		return err
	}
	const head = 1024
	begins, err := io.ReadAll(io.LimitReader(file, head))
	if err = errors.Join(err, file.Close()); err == nil && !bytes.Contains(begins, []byte(reportMark)) {
		err = fmt.Errorf("the file %s exists, and is no page of a capture summary: it would be lost. Give the page another name, or remove the file", name)
	}
	return err
}

// writeReport writes a whole page at once, or not at all.
func writeReport(name string, content []byte) error {
	// What read the files may have kept one under this name.
	if err := checkReport(name); err != nil {
		return err
	}
	into, err := openFolder(filepath.Dir(name))
	if err != nil {
		return err
	}
	file, err := into.begin(filepath.Base(name))
	if err != nil {
		return errors.Join(err, into.root.Close())
	}
	if _, err = file.file.Write(content); err != nil {
		return errors.Join(err, file.discard(), into.root.Close())
	}
	_, err = file.finish()
	return errors.Join(err, into.root.Close())
}

// checkWritable reports, without making anything that stays, why a folder cannot
// be written to. A folder that does not exist yet is judged by the one that it
// will be made in.
func checkWritable(name string) error {
	for {
		info, err := os.Stat(name)
		switch {
		case err == nil && !info.IsDir():
			return fmt.Errorf("the path %s is no folder", name)
		case err == nil:
			probe, err := os.CreateTemp(name, ".cloudtap-*")
			if err != nil {
				return err
			}
			return errors.Join(probe.Close(), os.Remove(probe.Name()))
		case !errors.Is(err, os.ErrNotExist):
			return err
		}
		parent := filepath.Dir(name)
		if parent == name {
			return err
		}
		name = parent
	}
}
