package bench

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

const (
	ingestBytes = 300_000_000
	batchBytes  = 30_000_000
	logType     = "Bench"
)

// BenchmarkIngestFile plans and applies a configuration that ingests a file of
// 300 MB of JSON lines, and posts the same records as prepared bodies, one
// after another, before and after. "ratio" is how much longer the applies take
// than the posting, with the CLI's own start and its second plan, and "peak-MB"
// is the most memory of the provider. The budgets are 1.5 and 120.
func BenchmarkIngestFile(b *testing.B) {
	var all ingestCost
	for b.Loop() {
		once := ingestOnce(b)
		all.planned += once.planned
		all.applied += once.applied
		all.posted += once.posted
		all.peak = max(all.peak, once.peak)
	}
	b.ReportMetric(all.applied.Seconds()/all.posted.Seconds(), "ratio")
	b.ReportMetric(float64(all.peak)/1e6, "peak-MB")
	b.ReportMetric(all.planned.Seconds()/float64(b.N), "plan-s")
	b.ReportMetric(all.posted.Seconds()/float64(b.N), "posting-s")
}

// ingestCost is how long it took to plan, to apply, and to post without the
// provider, and how many bytes of memory the provider had at most.
type ingestCost struct {
	planned, applied, posted time.Duration
	peak                     int64
}

func ingestOnce(b *testing.B) ingestCost {
	b.Helper()
	cloud := acctest.StartCloud(b, cloudsim.Options{})
	folder := b.TempDir()
	file := filepath.Join(folder, "records.jsonl")
	records := writeRecords(b, file)
	configuration := fmt.Sprintf(`
terraform {
  required_providers {
    cloudtap = { source = "cloudtap/cloudtap" }
  }
}
resource "cloudtap_azure_log_ingest" "file" {
  data_collector = { workspace_id = %q, log_type = %q }
  records_file   = %q
}
`, cloud.Lookup("CLOUDTAP_SIM_WORKSPACE_ID"), logType, file)
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(configuration), 0o600); err != nil {
		b.Fatal(err)
	}
	env := simulation(cloud)
	env["AZURE_LOG_ANALYTICS_SHARED_KEY"] = cloud.Lookup("CLOUDTAP_SIM_WORKSPACE_KEY")
	p := startMeasured(b, env, "ingest")
	var cost ingestCost
	begin := time.Now()
	terraform(b, folder, p, env, "plan", "-out=plan", "-no-color")
	cost.planned = time.Since(begin)
	before := postPrepared(b, cloud, file)
	begin = time.Now()
	terraform(b, folder, p, env, "apply", "-no-color", "plan")
	cost.applied = time.Since(begin)
	if rows := cloud.LogStore.RowCount(cloud.Lookup("CLOUDTAP_SIM_WORKSPACE_ID"), logType+"_CL"); rows != records {
		b.Fatalf("%d rows arrived, want %d", rows, records)
	}
	cost.peak = peakMemory(b, p.command.Process.Pid)
	p.stop(b)
	cost.posted = (before + postPrepared(b, cloud, file)) / 2
	return cost
}

// peakMemory is the most memory that a running process has had, in bytes. The
// resource usage of an ended one would not do: it counts what this process had
// when it started the other, and that holds the simulated cloud.
func peakMemory(b *testing.B, pid int) int64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	var kilobytes int64
	_, peak, _ := strings.Cut(string(status), "VmHWM:")
	if _, err := fmt.Sscan(peak, &kilobytes); err != nil {
		b.Fatal(err)
	}
	return kilobytes * 1024
}

func writeRecords(b *testing.B, path string) int {
	b.Helper()
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	buffered := bufio.NewWriterSize(file, 1<<20)
	written, records := 0, 0
	for ; written < ingestBytes; records++ {
		n, err := fmt.Fprintf(buffered, `{"Source":"10.0.%d.%d","Target":"10.1.0.4","Port":%d,"Packets":%d,"Note":"captured on the virtual machine web-%d of the west region"}`+"\n",
			records/250%250, records%250, records%65536, records, records%7)
		if err != nil {
			b.Fatal(err)
		}
		written += n
	}
	if err := buffered.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := file.Close(); err != nil {
		b.Fatal(err)
	}
	return records
}

// postPrepared returns how long posting alone takes.
func postPrepared(b *testing.B, cloud *cloudsim.Cloud, path string) time.Duration {
	b.Helper()
	file, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := file.Close(); err != nil {
			b.Error(err)
		}
	}()
	var spent time.Duration
	var body bytes.Buffer
	lines := bufio.NewScanner(file)
	for {
		more := lines.Scan()
		if !more || body.Len()+len(lines.Bytes())+2 > batchBytes {
			body.WriteByte(']')
			begin := time.Now()
			post(b, cloud, body.Bytes())
			spent += time.Since(begin)
			body.Reset()
		}
		if !more {
			break
		}
		if body.Len() == 0 {
			body.WriteByte('[')
		} else {
			body.WriteByte(',')
		}
		body.Write(lines.Bytes())
	}
	if err := lines.Err(); err != nil {
		b.Fatal(err)
	}
	return spent
}

// post sends one body with net/http alone.
func post(b *testing.B, cloud *cloudsim.Cloud, body []byte) {
	b.Helper()
	workspace := cloud.Lookup("CLOUDTAP_SIM_WORKSPACE_ID")
	key, err := base64.StdEncoding.DecodeString(cloud.Lookup("CLOUDTAP_SIM_WORKSPACE_KEY"))
	if err != nil {
		b.Fatal(err)
	}
	date := time.Now().UTC().Format(http.TimeFormat)
	mac := hmac.New(sha256.New, key)
	// A hash takes everything.
	_, _ = fmt.Fprintf(mac, "POST\n%d\napplication/json\nx-ms-date:%s\n/api/logs", len(body), date)
	request, err := http.NewRequestWithContext(b.Context(), http.MethodPost,
		cloud.Lookup("CLOUDTAP_AZURE_DATA_COLLECTOR_ENDPOINT")+"/api/logs?api-version=2016-04-01", bytes.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	request.Header.Set("Authorization", "SharedKey "+workspace+":"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Log-Type", logType+"Prepared")
	request.Header.Set("x-ms-date", date)
	response, err := simtest.PlainClient(b).Do(request)
	if err != nil {
		b.Fatal(err)
	}
	answer, err := io.ReadAll(response.Body)
	if closeErr := response.Body.Close(); err != nil || closeErr != nil || response.StatusCode != http.StatusOK {
		b.Fatal(response.Status, string(answer), err, closeErr)
	}
}
