package logingest_test

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
)

// writeLarge writes records of about 10 KB that gzip cannot shrink much,
// without ever holding the file.
func writeLarge(t *testing.T, number int) (name string, bytes int64) {
	t.Helper()
	name = filepath.Join(t.TempDir(), "large.jsonl")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	buffered, random := bufio.NewWriter(file), rand.NewChaCha8([32]byte{3})
	var noise [7500]byte
	for i := range number {
		_, _ = random.Read(noise[:]) // It never fails.
		if _, err := fmt.Fprintf(buffered, `{"Name":"large-%d","Details":"%s"}`+"\n", i, base64.StdEncoding.EncodeToString(noise[:])); err != nil {
			t.Fatal(err)
		}
	}
	if err := buffered.Flush(); err != nil {
		t.Fatal(err)
	}
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return name, info.Size()
}

// liveHeap returns how many bytes the newest garbage collection found in use.
// Garbage does not count: how much there is depends on how busy the machine is.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// peakHeap returns by how much the heap, that of the simulator included, grew
// at most while work ran.
func peakHeap(work func()) uint64 {
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	runtime.GC()
	before := liveHeap()
	var peak uint64
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		ticker := time.NewTicker(2 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				now := liveHeap()
				peak = max(peak, now-min(before, now))
			}
		}
	})
	work()
	close(done)
	watching.Wait()
	return peak
}

// TestLargeFileIsStreamed sends 40 MB through plan and apply, and reads them
// three times; what it holds must not depend on the file's size.
func TestLargeFileIsStreamed(t *testing.T) { //nolint:paralleltest // measures the memory of the process
	const number = 4000
	file, bytes := writeLarge(t, number)
	cloud, p := start(t)
	cloud.LogStore.KeepRows(0)
	config := ingest(cloud, acctest.Config{"records": nil, "records_file": file})
	var object *acctest.Object
	peak := peakHeap(func() { object = mustApply(t, p, nil, config) })
	acctest.ExpectAttributes(t, object.Value, "status", "complete", "record_count", fmt.Sprint(number))
	expectRows(t, cloud, ingestionTable, number)
	t.Logf("the heap grew by %d KB for a file of %d KB", peak>>10, bytes>>10)
	if bytes < 40_000_000 || peak > 16<<20 {
		t.Errorf("the heap grew by %d bytes for a file of %d", peak, bytes)
	}
	if state := len(object.Private) + len(object.Value.String()); state > 200_000 {
		t.Errorf("the state takes %d bytes", state)
	}
}

func manyRecords(first, number int) string {
	var text strings.Builder
	for i := range number {
		fmt.Fprintf(&text, "{\"N\":%d}\n", first+i)
	}
	return text.String()
}

// TestFileOfManyRecordsMayGrowAtItsEnd has more records than are remembered
// one by one.
func TestFileOfManyRecordsMayGrowAtItsEnd(t *testing.T) {
	t.Parallel()
	const number = 100_005
	cloud, p := start(t)
	cloud.LogStore.KeepRows(0)
	write := func(content string) acctest.Config {
		return collect(cloud, acctest.Config{"records": nil, "records_file": writeFile(t, content)})
	}
	object := mustApply(t, p, nil, write(manyRecords(0, number)))
	if len(object.Private) > 2000 {
		t.Errorf("the private state takes %d bytes", len(object.Private))
	}
	object = mustApply(t, p, object, write(manyRecords(0, number+5)))
	expectRows(t, cloud, collectorTable, number+5)
	_, diagnostics := p.Plan(t.Context(), typeName, object, write(manyRecords(1, number+5)))
	acctest.ExpectError(t, diagnostics, "records_file", "not the same any more", `on_change = "resend"`)
	mustApply(t, p, object, acctest.Merged(write(manyRecords(1, 3)), acctest.Config{"on_change": "resend"}))
	expectRows(t, cloud, collectorTable, number+8)
}
