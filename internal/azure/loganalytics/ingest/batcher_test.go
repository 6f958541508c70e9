package ingest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics/records"
)

// text returns what a batch's body says, decompressed.
func (b *batch) text(t *testing.T) []byte {
	t.Helper()
	body, err := b.content.body(b.from, b.to)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(body.Open())
	if err != nil {
		t.Fatal(err)
	}
	if len(text) != body.Bytes {
		t.Fatalf("the body has %d bytes and claims %d", len(text), body.Bytes)
	}
	if body.Encoded == nil {
		return text
	}
	reader, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if text, err = io.ReadAll(reader); err != nil {
		t.Fatal(err)
	}
	return text
}

// small lets batches have at most that many bytes before compression.
func small(b *batcher, bytes int) *batcher {
	if plain, ok := b.packer.(*plainPacker); ok {
		plain.limit = bytes
	} else {
		b.packer = newGzipPacker(bytes, loganalytics.LogsIngestion.Limits().WireBytes)
	}
	return b
}

func recordsOf(t *testing.T, text []byte) []string {
	t.Helper()
	var raw []json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	var all []string
	for _, record := range raw {
		all = append(all, string(record))
	}
	return all
}

// batchesOf checks every batch against the limits and returns all records.
func batchesOf(t *testing.T, b *batcher, rawLimit, wireLimit int) (batches int, records []string, err error) {
	t.Helper()
	for {
		next, err := b.next()
		if errors.Is(err, io.EOF) {
			return batches, records, nil
		}
		if err != nil {
			return batches, records, err
		}
		text := next.text(t)
		body, bodyErr := next.content.body(next.from, next.to)
		if bodyErr != nil || len(text) > rawLimit || wireLimit > 0 && body.Bytes > wireLimit || len(text) != next.rawBytes() {
			t.Fatalf("a batch of %d bytes raw (says %d) and %d on the wire, %v", len(text), next.rawBytes(), body.Bytes, bodyErr)
		}
		inBatch := recordsOf(t, text)
		if len(next.records) > 1 {
			first, second := next.split()
			halves := append(recordsOf(t, first.text(t)), recordsOf(t, second.text(t))...)
			if strings.Join(halves, "|") != strings.Join(inBatch, "|") {
				t.Fatalf("halves have other records: %q, want %q", halves, inBatch)
			}
		}
		batches++
		records = append(records, inBatch...)
		next.release()
	}
}

func TestPlainBatchesFillUpToTheLimit(t *testing.T) {
	t.Parallel()
	// Each record takes 10 bytes: three with commas and brackets take 34.
	source := strings.Repeat(`{"a":1234}`+"\n", 7)
	for limit, want := range map[int]int{12: 7, 33: 4, 34: 3, 77: 2, 78: 1, 1000: 1} {
		b := small(newBatcher(loganalytics.DataCollector, strings.NewReader(source), nil, nil), limit)
		batches, sent, err := batchesOf(t, b, limit, 0)
		if err != nil || batches != want || len(sent) != 7 {
			t.Errorf("limit %d: %d batches with %d records, %v; want %d", limit, batches, len(sent), err, want)
		}
	}
}

func TestDataCollectorPostsStayUnderThirtyMillionBytes(t *testing.T) {
	t.Parallel()
	line := `{"a":"` + strings.Repeat("x", 9_999_988) + `"}` // 9,999,996 bytes: three make 29,999,992 with commas and brackets.
	b := newBatcher(loganalytics.DataCollector, strings.NewReader(strings.Repeat(line+"\n", 6)), nil, nil)
	for range 2 {
		next, err := b.next()
		if err != nil || len(next.records) != 3 || next.rawBytes() != 29_999_992 {
			t.Fatalf("%v, %v", next, err)
		}
		next.release()
	}
	if len(b.packer.(*plainPacker).spare.free) != 1 || len(b.spare.free) != 1 { //nolint:forcetypeassert // newPacker made it.
		t.Error("the batches did not share their memory")
	}
}

func TestGzipBatchesFillTheWireAndNeverPassARawLimit(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // repeatable noise
	var noisy, flat strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&noisy, `{"n":%d,"v":"%x%x"}`+"\n", i, random.Uint64(), random.Uint64())
		fmt.Fprintf(&flat, `{"n":%d,"v":"%s"}`+"\n", i, strings.Repeat("a", 200))
	}
	const wire, raw = 20_000, 100_000
	for name, source := range map[string]string{"noisy": noisy.String(), "flat": flat.String()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBatcher(loganalytics.LogsIngestion, strings.NewReader(source), nil, nil)
			b.packer = newGzipPacker(raw, wire)
			batches, sent, err := batchesOf(t, b, raw, wire)
			if err != nil || len(sent) != 3000 {
				t.Fatalf("%d records, %v", len(sent), err)
			}
			// Noise is bounded by the wire (and hexadecimal shrinks by less
			// than half), repetition by the raw size.
			least := len(source)/raw + 1
			if name == "noisy" {
				least = len(source) / 2 / wire
			}
			if batches < least || batches > 2*least+1 {
				t.Errorf("%d batches, want about %d", batches, least)
			}
		})
	}
}

func TestGzipNamesTheRecordThatCannotFit(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // repeatable noise
	noise := make([]string, 500)
	for i := range noise {
		noise[i] = fmt.Sprintf("%016x", random.Uint64())
	}
	source := `{"a":1}` + "\n" + `{"big":"` + strings.Repeat("a", 60_000) + `"}` + "\n" + `{"noise":"` + strings.Join(noise, "") + `"}`
	b := newBatcher(loganalytics.LogsIngestion, strings.NewReader(source), nil, nil)
	b.packer = newGzipPacker(100_000, 2000)
	_, sent, err := batchesOf(t, b, 100_000, 2000)
	var tooLarge *records.TooLargeError
	if !errors.As(err, &tooLarge) || tooLarge.RecordIndex != 2 || tooLarge.Line != 3 || !tooLarge.Compressed || tooLarge.Bytes <= 2000 {
		t.Fatalf("got %v", err)
	}
	if len(sent) != 2 {
		t.Errorf("%d records before it, want the one that compresses well among them", len(sent))
	}
}

func TestIDsAreRepeatableAndDiffer(t *testing.T) {
	t.Parallel()
	source := "{\"a\":1}\n{\"a\":1}\n{ }\n{\"a\":2}"
	ids := func(generation string) []string {
		b := newBatcher(loganalytics.DataCollector, strings.NewReader(source), nil, newIdentifier("IngestId", generation))
		_, sent, err := batchesOf(t, b, 1000, 0)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, record := range sent {
			var with struct {
				IngestID string `json:"IngestId"`
			}
			if err := json.Unmarshal([]byte(record), &with); err != nil {
				t.Fatal(err)
			}
			id, err := uuid.Parse(with.IngestID)
			if err != nil || id.Version() != 5 {
				t.Errorf("id %q: %v", with.IngestID, err)
			}
			all = append(all, with.IngestID)
		}
		return all
	}
	one, again, two := ids("one"), ids("one"), ids("two")
	if strings.Join(one, " ") != strings.Join(again, " ") {
		t.Errorf("%v and %v", one, again)
	}
	seen := map[string]bool{}
	for _, id := range append(one, two...) {
		if seen[id] {
			t.Errorf("the id %s was given twice", id)
		}
		seen[id] = true
	}
}

// FuzzBatcher checks that batches hold exactly the records, in order and
// within the limits, whatever their sizes.
func FuzzBatcher(f *testing.F) {
	f.Add([]byte{1, 2, 3, 200, 250, 7}, uint16(100), false)
	f.Add([]byte{255, 255, 0, 0, 9}, uint16(600), true)
	f.Fuzz(func(t *testing.T, sizes []byte, limit uint16, compressed bool) {
		if len(sizes) > 200 {
			return
		}
		random := rand.New(rand.NewPCG(uint64(limit), 1)) //nolint:gosec // repeatable noise
		var source strings.Builder
		var want []string
		for i, size := range sizes {
			text := strings.Repeat("y", int(size))
			if size%2 == 1 {
				text = fmt.Sprintf("%0*x", int(size), random.Uint64())
			}
			record := fmt.Sprintf(`{"n":%d,"v":%q}`, i, text)
			want = append(want, record)
			source.WriteString(record + "\n")
		}
		most := 20 + int(limit)
		b := newBatcher(loganalytics.DataCollector, strings.NewReader(source.String()), nil, nil)
		wire := 0
		if b.packer = (&plainPacker{limit: most}); compressed {
			wire = 60 + int(limit)/4
			b.packer = newGzipPacker(most, wire)
		}
		_, sent, err := batchesOf(t, b, most, wire)
		var tooLarge *records.TooLargeError
		if errors.As(err, &tooLarge) {
			if size := len(want[tooLarge.RecordIndex]) + 2; !tooLarge.Compressed && size <= most || tooLarge.Compressed && worstCase(size)+gzipTail <= wire {
				t.Fatalf("record %d with %d bytes was refused by limits %d and %d", tooLarge.RecordIndex, size, most, wire)
			}
			want = want[:len(sent)]
		} else if err != nil {
			t.Fatal(err)
		}
		if strings.Join(sent, "|") != strings.Join(want, "|") {
			t.Fatalf("got %q, want %q", sent, want)
		}
	})
}
