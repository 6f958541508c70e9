package ingest

import (
	"errors"
	"io"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/datacollector"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// benchmarkBytes is the size of the source that benchmarks send.
const benchmarkBytes = 300 << 20

func benchmarkClient(b *testing.B) *loganalytics.DataCollectorClient {
	b.Helper()
	core := simcore.NewCore(simcore.NewClock())
	store := logstore.New(core.Clock)
	ca := simtest.NewCA(b)
	primary, _, _ := store.Keys(logstore.SeededWorkspaceID)
	key, err := loganalytics.ParseSharedKey(primary)
	if err != nil {
		b.Fatal(err)
	}
	client, err := loganalytics.NewDataCollectorClient(loganalytics.DataCollectorConfig{
		WorkspaceID: logstore.SeededWorkspaceID, SharedKey: key, LogType: "Bench",
		Endpoint:  simtest.Serve(b, core, ca, datacollector.New(core, store)),
		Transport: simtest.Client(b, ca),
	})
	if err != nil {
		b.Fatal(err)
	}
	return client
}

// BenchmarkSend sends a source of 300 MB to the simulated service, and then
// posts the same bodies as they were prepared. "ratio" is how much longer the
// first takes.
func BenchmarkSend(b *testing.B) {
	client := benchmarkClient(b)
	b.SetBytes(benchmarkBytes)
	var sending, posting time.Duration
	for b.Loop() {
		begin := time.Now()
		if _, err := Send(b.Context(), &endless{left: benchmarkBytes}, client, SendOptions{}, nil); err != nil {
			b.Fatal(err)
		}
		sending += time.Since(begin)
		b.StopTimer()
		posting += postPrepared(b, client)
		b.StartTimer()
	}
	b.ReportMetric(sending.Seconds()/posting.Seconds(), "ratio")
}

// postPrepared returns how long posting alone takes.
func postPrepared(b *testing.B, client *loganalytics.DataCollectorClient) time.Duration {
	b.Helper()
	var spent time.Duration
	batches := newBatcher(loganalytics.DataCollector, &endless{left: benchmarkBytes}, nil, nil)
	for {
		next, err := batches.next()
		if errors.Is(err, io.EOF) {
			return spent
		}
		if err != nil {
			b.Fatal(err)
		}
		body, err := next.content.body(next.from, next.to)
		if err != nil {
			b.Fatal(err)
		}
		begin := time.Now()
		if err := client.Post(b.Context(), body); err != nil {
			b.Fatal(err)
		}
		spent += time.Since(begin)
		next.release()
	}
}

// BenchmarkValidate reads a source of 300 MB as a plan does.
func BenchmarkValidate(b *testing.B) {
	b.SetBytes(benchmarkBytes)
	for b.Loop() {
		summary, err := Validate(b.Context(), &endless{left: benchmarkBytes}, rulesOf("Bench"))
		if err != nil || summary.ErrorCount > 0 {
			b.Fatal(err, summary.Issues)
		}
	}
}
