package bench

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket/pcapgo"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/ranged"
)

// Where the files are.
const (
	benchAccount   = "tapcaptures"
	benchContainer = "bench"
)

// BenchmarkCaptureSummary summarizes a capture of 100 MB in the simulated storage,
// and compares what that takes with its first rounds, which leaves out what CLI and
// provider take to start, and to store as many rows: the processor time of the provider with that of
// tshark, which counts the TCP conversations of the same file on the disk, and the
// time with that of counting the packets of the same ranges. Then it summarizes 2 GB.
func BenchmarkCaptureSummary(b *testing.B) {
	const turns, large = 3, 20
	file := captureFile(b)
	many := repeat(file, large)
	few := firstPackets(file, fewPackets)
	for b.Loop() {
		cloud := acctest.StartCloud(b, cloudsim.Options{})
		cloud.Blob.Put(benchAccount, benchContainer, "few.pcap", few)
		cloud.Blob.Put(benchAccount, benchContainer, "whole.pcap", file)
		cloud.Blob.PutAt(benchAccount, benchContainer, "large.pcap", many, many.size())
		var cpus, walls, counts, oracles []time.Duration
		var peak int64
		for range turns {
			few, whole := summarize(b, cloud, "few.pcap", fewPackets), summarize(b, cloud, "whole.pcap", capturePackets)
			cpus, walls = append(cpus, whole.cpu-few.cpu), append(walls, whole.wall-few.wall)
			peak = max(peak, whole.peak)
			counts = append(counts, countPackets(b, cloud, "whole.pcap"))
			if oracle, ok := tshark(b, file); ok {
				oracles = append(oracles, oracle)
			}
		}
		b.ReportMetric(milliseconds(median(cpus)), "cpu-ms")
		b.ReportMetric(milliseconds(median(walls)), "wall-ms")
		b.ReportMetric(milliseconds(median(counts)), "count-ms")
		b.ReportMetric(float64(median(walls))/float64(median(counts)), "wall-ratio")
		b.ReportMetric(float64(peak)/1e6, "peak-MB")
		if len(oracles) > 0 {
			b.ReportMetric(milliseconds(median(oracles)), "tshark-ms")
			b.ReportMetric(float64(median(cpus))/float64(median(oracles)), "cpu-ratio")
		}
		b.ReportMetric(float64(summarize(b, cloud, "large.pcap", capturePackets*large).peak)/1e6, "large-peak-MB")
	}
}

// summaryCost is what one summary took of the provider, and the whole command.
type summaryCost struct {
	cpu, wall time.Duration
	peak      int64
}

func summarize(b *testing.B, cloud *cloudsim.Cloud, name string, packets int) summaryCost {
	b.Helper()
	folder := b.TempDir()
	configuration := requiredProvider("cloudtap") + fmt.Sprintf(`
resource "cloudtap_capture_summary" "bench" {
  source        = { azure_blob_urls = ["https://%s.blob.core.windows.net/%s/%s"] }
  include_names = true
}
output "packets" {
  value = "packets: ${cloudtap_capture_summary.bench.packet_count}."
}
`, benchAccount, benchContainer, name)
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(configuration), 0o600); err != nil {
		b.Fatal(err)
	}
	env := simulation(cloud)
	p := startMeasured(b, env, "summary-"+name)
	begin := time.Now()
	terraform(b, folder, p, env, "apply", "-auto-approve", "-no-color")
	cost := summaryCost{wall: time.Since(begin), peak: peakMemory(b, p.command.Process.Pid)}
	p.stop(b)
	cost.cpu = p.cpu()
	state, err := os.ReadFile(filepath.Join(folder, "terraform.tfstate"))
	if err != nil || !strings.Contains(string(state), fmt.Sprintf("packets: %d.", packets)) {
		b.Fatalf("not %d packets: %v", packets, err)
	}
	return cost
}

// Where the process of countPackets finds the file, and the authority to trust.
const (
	countURL   = "CLOUDTAP_BENCH_COUNT_URL"
	countTrust = "CLOUDTAP_BENCH_COUNT_TRUST"
)

// countPackets reads the same ranges in a process of its own, as the provider is
// one, and counts the packets with gopacket.
func countPackets(b *testing.B, cloud *cloudsim.Cloud, name string) time.Duration {
	b.Helper()
	signature := cloud.Blob.Signature(benchAccount, benchContainer, name, "r", time.Time{}, cloud.Clock.Now().Add(time.Hour))
	address := strings.Join([]string{cloud.Lookup("CLOUDTAP_AZURE_BLOB_ENDPOINT"), benchAccount, benchContainer, name}, "/") + "?" + signature
	command := exec.CommandContext(b.Context(), os.Args[0]) //nolint:gosec // this program
	command.Env = environ(map[string]string{countURL: address, countTrust: cloud.Lookup("SSL_CERT_FILE")})
	output, err := command.CombinedOutput()
	if err != nil {
		b.Fatalf("%v\n%s", err, output)
	}
	_, text, _ := strings.Cut(string(output), "counted in ")
	text, _, _ = strings.Cut(text, ".\n")
	spent, err := time.ParseDuration(text)
	if err != nil {
		b.Fatalf("%v\n%s", err, output)
	}
	return spent
}

// countAsProcess is the process of countPackets.
func countAsProcess(address string) error {
	trusted, err := os.ReadFile(os.Getenv(countTrust)) //nolint:gosec // of the benchmark itself
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(trusted)
	client := &http.Client{Transport: &http.Transport{DialContext: simtest.DialLoopback, ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}}
	begin := time.Now()
	source, err := ranged.Open(context.Background(), func(ctx context.Context, wanted ranged.Range, _ string, into []byte) (ranged.Part, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil) //nolint:gosec // of the benchmark itself
		if err != nil {
			return ranged.Part{}, err
		}
		request.Header.Set("Range", wanted.Header())
		response, err := client.Do(request) //nolint:gosec // of the benchmark itself
		if err != nil {
			return ranged.Part{}, err
		}
		body, err := ranged.ReadBody(response.Body, response.ContentLength, into)
		if err = errors.Join(err, response.Body.Close()); err != nil {
			return ranged.Part{}, err
		}
		return ranged.PartOf(response.Header, body, wanted.Offset, false)
	})
	if err != nil {
		return err
	}
	reader, err := pcapgo.NewReader(source)
	if err != nil {
		return err
	}
	packets := 0
	for {
		if _, _, err = reader.ZeroCopyReadPacketData(); err != nil {
			break
		}
		packets++
	}
	if !errors.Is(err, io.EOF) || packets != capturePackets {
		return fmt.Errorf("%d packets, %w", packets, err)
	}
	_, err = fmt.Fprintf(os.Stdout, "counted in %s.\n", time.Since(begin))
	return err
}

// tshark returns the processor time of Wireshark's command, or false where it is
// not installed.
func tshark(b *testing.B, file []byte) (time.Duration, bool) {
	b.Helper()
	program, err := exec.LookPath("tshark")
	if err != nil {
		b.Log("tshark is not installed: there is nothing to compare the processor time with")
		return 0, false
	}
	name := filepath.Join(b.TempDir(), "whole.pcap")
	if err := os.WriteFile(name, file, 0o600); err != nil {
		b.Fatal(err)
	}
	command := exec.CommandContext(b.Context(), program, "-q", "-z", "conv,tcp", "-r", name)
	if output, err := command.Output(); err != nil || !strings.Contains(string(output), "TCP Conversations") {
		b.Fatalf("tshark: %v", err)
	}
	return command.ProcessState.UserTime() + command.ProcessState.SystemTime(), true
}
