package logingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
)

// source is where records come from.
type source struct {
	// attribute is the one that gives them: records, records_file or
	// records_wo.
	attribute string
	text      string
	file      string
}

// sourceOf returns the source of a plan, and whether it is known. The
// write-only records are only in the configuration.
func sourceOf(plan, config *ingestModel) (source, bool) {
	if !config.RecordsWO.IsNull() {
		return source{attribute: "records_wo", text: config.RecordsWO.ValueString()}, !config.RecordsWO.IsUnknown()
	}
	return plan.source()
}

func (m *requestModel) source() (source, bool) {
	if !m.RecordsFile.IsNull() {
		return source{attribute: "records_file", file: m.RecordsFile.ValueString()}, !m.RecordsFile.IsUnknown()
	}
	return source{attribute: "records", text: m.Records.ValueString()}, !m.Records.IsUnknown()
}

// path is where findings about the records are anchored. The CLI quotes the
// source of an attribute that a diagnostic names, so that no diagnostic names
// one that may hold a secret.
func (s source) path() path.Path {
	if s.secret() {
		return path.Root("records_wo_version")
	}
	return path.Root(s.attribute)
}

// secret means that nothing of the records may be shown or kept.
func (s source) secret() bool { return s.attribute == "records_wo" }

// open returns the records' bytes from the start.
func (s source) open() (io.ReadCloser, error) {
	if s.attribute != "records_file" {
		return io.NopCloser(strings.NewReader(s.text)), nil
	}
	found, err := os.Stat(s.file)
	if err == nil && !found.Mode().IsRegular() {
		return nil, s.notRegular(found.Mode()) // Opening a device can do things.
	}
	// The file may be another one by now.
	file, err := os.OpenFile(s.file, os.O_RDONLY|openWithoutWaiting, 0)
	if err != nil {
		return nil, fmt.Errorf("the records cannot be read: %w; a relative path is one from the folder that Terraform runs in", err)
	}
	if found, err = file.Stat(); err == nil && !found.Mode().IsRegular() {
		err = s.notRegular(found.Mode())
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return boundedFile(file, found.Size()), nil
}

// boundedFile reads what a file has now, so that one that grows all the time
// has an end. The size of files that the system makes up is 0.
func boundedFile(file *os.File, size int64) io.ReadCloser {
	if size == 0 {
		return file
	}
	return struct {
		io.Reader
		io.Closer
	}{io.LimitReader(file, size), file}
}

func (s source) notRegular(mode fs.FileMode) error {
	kind := "a device"
	switch {
	case mode.IsDir():
		kind = "a folder"
	case mode&fs.ModeNamedPipe != 0:
		kind = "a named pipe"
	case mode&fs.ModeSocket != 0:
		kind = "a socket"
	}
	return fmt.Errorf("the records cannot be read: %s is %s; they must be in a regular file, because it is read more than once", s.file, kind)
}

// hash returns the SHA-256 of the records' bytes in hexadecimal.
func (s source) hash(ctx context.Context) (string, error) {
	reader, err := s.openHashed(ctx)
	if err != nil {
		return "", err
	}
	defer reader.Close() //nolint:errcheck // It was only read.
	// Hidden behind an interface, because io.Discard takes only 8 KB at once.
	nowhere := struct{ io.Writer }{io.Discard}
	if _, err := io.CopyBuffer(nowhere, reader, make([]byte, 256<<10)); err != nil {
		return "", fmt.Errorf("the records cannot be read: %w", err)
	}
	return reader.sum(), nil
}

// hashedReader hashes what is read through it.
type hashedReader struct {
	io.Closer
	ctx    context.Context //nolint:containedctx // It lives as long as one operation.
	reader io.Reader
	digest hash.Hash
}

func (s source) openHashed(ctx context.Context) (*hashedReader, error) {
	opened, err := s.open()
	if err != nil {
		return nil, err
	}
	return &hashedReader{Closer: opened, ctx: ctx, reader: opened, digest: sha256.New()}, nil
}

// Read implements io.Reader.
func (r *hashedReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.reader.Read(p)
	r.digest.Write(p[:n])
	return n, err
}

func (r *hashedReader) sum() string { return hex.EncodeToString(r.digest.Sum(nil)) }

// changedSinceThePlan explains that a file is not what the plan was made for.
func (s source) changedSinceThePlan() string {
	return fmt.Sprintf("%s is not the file that the plan was made for: its content has changed since. "+
		"Plan again, and apply when nothing writes to the file any more.", s.file)
}
