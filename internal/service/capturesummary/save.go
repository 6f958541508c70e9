package capturesummary

import (
	"bytes"
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

// fileName makes one name out of a blob's path: folders are joined by _, and what
// a file system or a terminal would understand in its own way is replaced.
func fileName(name string) string {
	clean := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	clean = strings.TrimLeft(strings.TrimRight(clean, ". "), ".")
	const longest = 200
	if len(clean) > longest {
		clean = strings.ToValidUTF8(clean[len(clean)-longest:], "_")
	}
	if clean == "" {
		return "capture"
	}
	return clean
}

// partialSuffix marks a file that is being written.
const partialSuffix = ".partial"

// saving is a file that is being written beside its place.
type saving struct {
	folder *folder
	name   string
	file   *os.File
}

func (f *folder) begin(name string) (*saving, error) {
	file, err := f.root.OpenFile(name+partialSuffix, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	return &saving{f, name, file}, nil
}

// Write writes on.
func (s *saving) Write(data []byte) (int, error) { return s.file.Write(data) }

// finish puts the file into its place. One that is there and equal stays as it is.
func (s *saving) finish() error {
	equal, err := s.equalsExisting()
	if err == nil {
		err = s.file.Sync()
	}
	if err = errors.Join(err, s.file.Close()); err != nil {
		return errors.Join(err, s.remove())
	}
	if equal {
		return s.remove()
	}
	if err := s.folder.root.Rename(s.name+partialSuffix, s.name); err != nil {
		return errors.Join(err, s.remove())
	}
	return nil
}

// discard leaves nothing behind.
func (s *saving) discard() error { return errors.Join(s.file.Close(), s.remove()) }

func (s *saving) remove() error { return s.folder.root.Remove(s.name + partialSuffix) }

func (s *saving) equalsExisting() (bool, error) {
	existing, err := s.folder.root.Open(s.name)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer existing.Close() //nolint:errcheck // it was only read
	mine, err := s.file.Stat()
	if err != nil {
		return false, err
	}
	other, err := existing.Stat()
	if err != nil || !other.Mode().IsRegular() {
		return false, errors.Join(err, fmt.Errorf("%s exists, and is no regular file", filepath.Join(s.folder.path, s.name)))
	}
	if mine.Size() != other.Size() {
		return false, nil
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return false, err
	}
	return equalContents(s.file, existing)
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

// writeFile writes a whole file at once, or not at all.
func writeFile(name string, content []byte) error {
	into, err := openFolder(filepath.Dir(name))
	if err != nil {
		return err
	}
	file, err := into.begin(filepath.Base(name))
	if err != nil {
		return errors.Join(err, into.root.Close())
	}
	if _, err = file.Write(content); err != nil {
		return errors.Join(err, file.discard(), into.root.Close())
	}
	return errors.Join(file.finish(), into.root.Close())
}

// checkWritable reports, without making anything that stays, why a folder cannot
// be written to. A folder that does not exist yet is judged by the one that it
// will be made in.
func checkWritable(name string) error {
	for {
		info, err := os.Stat(name)
		switch {
		case err == nil && !info.IsDir():
			return fmt.Errorf("%s is no folder", name)
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
