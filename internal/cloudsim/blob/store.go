package blob

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Put stores a blob, for tests.
func (s *Service) Put(account, container, name string, content []byte) {
	s.put(Blob{Account: account, Container: container, Name: name, Write: func(to io.Writer) error {
		_, err := to.Write(content)
		return err
	}})
}

// PutAt is Put for content that is too large for memory.
func (s *Service) PutAt(account, container, name string, content io.ReaderAt, sizeBytes int64) {
	s.put(Blob{Account: account, Container: container, Name: name, At: content, SizeBytes: sizeBytes})
}

func (s *Service) put(b Blob) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.store(b)
}

// store is put for those who hold the lock. It returns the blob as it is stored.
func (s *Service) store(b Blob) Blob {
	s.revision++
	b.LastModified, b.revision = s.core.Clock.Now().Truncate(time.Second), s.revision
	s.stored = slices.DeleteFunc(s.stored, func(other Blob) bool {
		return other.Name == b.Name && other.Container == b.Container && other.Account == b.Account
	})
	s.stored = append(s.stored, b)
	s.containers.add(b.Account, b.Container)
	return b
}

// Path is account/container/name.
func (b Blob) Path() string { return b.Account + "/" + b.Container + "/" + b.Name }

// version names one content of a blob.
func (b Blob) version() string {
	return fmt.Sprintf("%s@%d.%d", b.Path(), b.LastModified.UnixNano(), b.revision)
}

func (b Blob) etag() string { return fmt.Sprintf(`"0x8%015X"`, b.LastModified.UnixNano()+b.revision) }

func (b Blob) contentType() string { return cmp.Or(b.ContentType, "application/octet-stream") }

// Blobs returns what is stored, in the order of the names.
func (s *Service) Blobs() []Blob {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all()
}

// all is Blobs for those who hold the lock.
func (s *Service) all() []Blob {
	blobs := slices.Clone(s.stored)
	for _, source := range s.sources {
		blobs = append(blobs, source.Blobs()...)
	}
	blobs = slices.DeleteFunc(blobs, func(b Blob) bool { return s.removed[b.version()] })
	slices.SortStableFunc(blobs, func(x, y Blob) int { return strings.Compare(x.Path(), y.Path()) })
	return slices.CompactFunc(blobs, func(x, y Blob) bool { return x.Path() == y.Path() })
}

// maxContents is how many contents are kept: they can be made again.
const maxContents = 32

func (s *Service) content(b Blob) (*io.SectionReader, error) {
	if b.At != nil {
		return io.NewSectionReader(b.At, 0, b.SizeBytes), nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	version := b.version()
	if content, known := s.contents[version]; known {
		return sectionOf(content), nil
	}
	var content bytes.Buffer
	if err := b.Write(&content); err != nil {
		return nil, err
	}
	if len(s.order) == maxContents {
		delete(s.contents, s.order[0])
		s.order = s.order[1:]
	}
	s.contents[version], s.order = content.Bytes(), append(s.order, version)
	return sectionOf(content.Bytes()), nil
}

func sectionOf(content []byte) *io.SectionReader {
	return io.NewSectionReader(bytes.NewReader(content), 0, int64(len(content)))
}

// forget removes blobs, for those who hold the lock, and reports whether there were
// any.
func (s *Service) forget(which func(Blob) bool) bool {
	before := len(s.removed)
	// A stored blob may hide one of a source.
	for blobs := s.all(); slices.ContainsFunc(blobs, which); blobs = s.all() {
		for _, b := range blobs {
			if which(b) {
				s.removed[b.version()] = true
			}
		}
	}
	return len(s.removed) > before
}
