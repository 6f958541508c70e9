// Package pcapfile reads the packets of capture files as a stream: pcap in both
// byte orders with micro- and nanoseconds, and pcapng with several sections and
// interfaces, each as it is or compressed with gzip. A file is known by its first
// bytes, never by its name. What is kept does not grow with the file.
//
// A damaged file is a result and no error: what can be read of it is read, and
// Reader.Damage says what ended the reading. Only an error of the source itself,
// like a lost connection, is an error.
package pcapfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/gopacket/gopacket/layers"
)

// Format is what a file is.
type Format string

// The formats. NetMon and Unknown are recognised, not read.
const (
	Pcap    Format = "pcap"
	Pcapng  Format = "pcapng"
	NetMon  Format = "netmon"
	Empty   Format = "empty"
	Unknown Format = "unknown"
)

// Packet is one record. Data is valid until the next call of Next.
type Packet struct {
	// Time is what the record says, if HasTime: simple packets of pcapng have none.
	Time    time.Time
	HasTime bool
	// Data is what was captured, at most the snap length.
	Data []byte
	// Length is the packet's length on the wire in bytes.
	Length   int
	LinkType layers.LinkType
}

// Reader reads the packets of one file.
type Reader struct {
	// Format is known from the start.
	Format Format
	// Gzip is set if the file is compressed.
	Gzip bool
	// LinkType and SnapLength are those of the file, or of a pcapng file's first
	// interface, and then known at its end. SnapLength is 0 for no limit.
	// HasLinkType is set if the header that says them was read.
	HasLinkType bool
	LinkType    layers.LinkType
	SnapLength  int
	// Damage says what ended the reading before the end of the file. It is empty
	// for a file that was read to its end.
	Damage string

	source  *watchedReader
	budget  *budgetReader
	records records
	// unzipped is nil for a file that is not compressed.
	unzipped *gzipReader
}

// records are those of one format. Next ends with io.EOF.
type records interface {
	next(packet *Packet) error
	describe(reader *Reader)
}

// readAhead is in bytes. pcapgo reads a header and a packet at a time.
const readAhead = 256 << 10

// maxRecord is how many bytes one packet may take, with what stands before it. It
// bounds what a file with lying lengths makes a reader keep.
const maxRecord = 4 << 20

// NewReader looks at the first bytes of source. It fails only if source does.
func NewReader(source io.Reader) (*Reader, error) {
	reader := &Reader{source: &watchedReader{source: source}}
	sniffed := bufio.NewReader(reader.source)
	reader.budget = &budgetReader{source: sniffed, left: maxRecord}
	if magic, err := sniffed.Peek(2); err == nil && string(magic) == "\x1f\x8b" {
		reader.Gzip, reader.Format = true, Unknown
		if reader.unzipped, err = newGzipReader(sniffed); err != nil {
			return reader, reader.damaged(err)
		}
		reader.budget.source = reader.unzipped
	}
	buffered := bufio.NewReaderSize(reader.budget, readAhead)
	magic, err := buffered.Peek(4)
	if err != nil && (reader.source.err != nil || !errors.Is(err, io.EOF)) {
		return reader, reader.damaged(err)
	}
	reader.Format = formatOf(magic)
	return reader, reader.open(buffered, magic)
}

func (r *Reader) open(buffered *bufio.Reader, magic []byte) (err error) {
	switch r.Format {
	case Pcap:
		r.records, err = newPcap(buffered)
	case Pcapng:
		// It looks at the lengths of its blocks itself.
		r.budget.unbounded = true
		r.records = &pcapngRecords{source: buffered}
	case NetMon:
		r.Damage = "a Network Monitor file, which is not read here: convert it with editcap -F pcap"
	case Unknown:
		if string(magic) == "\xa1\xb2\xcd\x34" || string(magic) == "\x34\xcd\xb2\xa1" {
			r.Damage = "a pcap file of a modified libpcap (a1b2cd34), which is not read here: convert it with editcap -F pcap"
			return nil
		}
		r.Damage = fmt.Sprintf("neither pcap nor pcapng: it begins with the bytes % x", magic)
	case Empty:
	}
	if err != nil {
		r.records = nil
		return r.damaged(err)
	}
	if r.records != nil {
		r.records.describe(r)
	}
	return nil
}

func formatOf(magic []byte) Format {
	if len(magic) == 0 {
		return Empty
	}
	switch string(magic) {
	case "\xa1\xb2\xc3\xd4", "\xd4\xc3\xb2\xa1", "\xa1\xb2\x3c\x4d", "\x4d\x3c\xb2\xa1":
		return Pcap
	case "\x0a\x0d\x0d\x0a":
		return Pcapng
	case "GMBU", "RTSS":
		return NetMon
	}
	return Unknown
}

// Next reads the next packet. It ends with io.EOF, also where the file is damaged.
// Any other error is the source's.
func (r *Reader) Next(packet *Packet) error {
	if r.records == nil {
		return io.EOF
	}
	r.budget.left = maxRecord
	err := r.records.next(packet)
	if err == nil {
		return nil
	}
	r.records.describe(r)
	r.records = nil
	if !errors.Is(err, io.EOF) || r.source.err != nil {
		if err := r.damaged(err); err != nil {
			return err
		}
	}
	if r.unzipped != nil && r.unzipped.trailing {
		if r.Damage != "" {
			r.Damage += "; there are "
		}
		r.Damage += "bytes after the end of the gzip stream"
	}
	return io.EOF
}

// damaged keeps what is wrong with the file, unless the error is the source's.
func (r *Reader) damaged(err error) error {
	var known damage
	switch {
	case r.source.err != nil:
		return r.source.err
	case errors.As(err, &known):
		r.Damage = string(known)
	case r.budget.left <= 0 && !r.budget.unbounded:
		r.Damage = fmt.Sprintf("a record of more than %d bytes", maxRecord)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		r.Damage = "the file ends in the middle of a record"
	default:
		r.Damage = err.Error()
	}
	return nil
}

// damage is what is wrong with a file, in words.
type damage string

// Error is the text.
func (d damage) Error() string { return string(d) }

// watchedReader keeps the error of a source, to tell it from damage of the file.
type watchedReader struct {
	source io.Reader
	err    error
}

// Read reads from the source.
func (w *watchedReader) Read(buffer []byte) (int, error) {
	n, err := w.source.Read(buffer)
	// A connection that broke may wrap io.EOF: that is not the end of the file.
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}

var errBudget = errors.New("a record is too long")

// budgetReader gives what is left of maxRecord, and what was read ahead.
type budgetReader struct {
	source    io.Reader
	left      int
	unbounded bool
}

// Read reads from the source within the budget.
func (b *budgetReader) Read(buffer []byte) (int, error) {
	if b.left <= 0 && !b.unbounded {
		return 0, errBudget
	}
	n, err := b.source.Read(buffer)
	b.left -= n
	return n, err
}
