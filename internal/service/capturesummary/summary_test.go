package capturesummary_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/traffic"
)

const typeName = "cloudtap_capture_summary"

// machine is the seeded one.
var machine = traffic.Target{IPv4: netip.MustParseAddr("10.1.0.4"), IPv6: netip.MustParseAddr("fd00::4")}

var start = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// onePeriod is a file with each of the simulated conversations once.
func onePeriod(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	file := traffic.File{Target: traffic.Target{IPv4: netip.MustParseAddr("10.0.0.4")}, From: start, To: start.Add(traffic.Period)}
	if _, _, err := file.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func write(t *testing.T, content []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "web.pcap")
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// wholePeriod is what is true of onePeriod.
var wholePeriod = []string{
	"connections.attempted", "6", "connections.established", "4", "connections.refused", "1", "connections.unanswered", "1", "connections.reset", "1",
	"dns.queries", "3", "dns.unanswered", "1", "dns.rcodes.NXDOMAIN", "1", "retransmissions", "3", "resets", "2",
	"icmp_errors.Port unreachable", "1", "tls.client_hellos", "3", "first_packet_at", "2026-11-29T12:00:00.005Z", "undecoded_packets", "0",
}

func TestDataSourceReadsLocalFiles(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	name := write(t, onePeriod(t))
	config := acctest.Config{"source": acctest.Config{"files": []string{name}}}
	value, diagnostics := p.ReadData(t.Context(), typeName, config)
	p.Expect(diagnostics)
	acctest.ExpectAttributes(t, value, wholePeriod...)
	acctest.ExpectAttributes(t, value, "files.0.name", "web.pcap", "files.0.format", "pcap", "files.0.truncated", "false", "files.0.link_type", "Ethernet",
		"files.0.etag", acctest.Null, "server_names", acctest.Null)
	if report := acctest.Get(t, value, "report"); !strings.Contains(report, "1 connection was refused") {
		t.Error(report)
	}
	value, diagnostics = p.ReadData(t.Context(), typeName, acctest.Changed(config, acctest.Config{"include_names": true, "filter": "tcp port 443", "max_conversations": 1}))
	p.Expect(diagnostics)
	acctest.ExpectAttributes(t, value, "connections.attempted", "3", "dns.queries", "0", "conversations.0.responder_port", "443", "conversations.0.state", "SF")
	if len(cloud.Journal.Requests()) > 0 {
		t.Errorf("requests for a local file: %v", cloud.Journal.Summary())
	}
}

// runCapture runs a packet capture to its end, and returns its id.
func runCapture(t *testing.T, p *acctest.Provider, cloud *cloudsim.Cloud, changes acctest.Config) string {
	t.Helper()
	seeded := cloud.ARM.Seeded()
	config := acctest.Changed(acctest.Config{
		"name": "web", "network_watcher_id": seeded.NetworkWatcherID, "target_id": seeded.VMID,
		"storage_location": acctest.Config{"storage_account_id": seeded.StorageAccountID}, "time_limit_in_seconds": 60,
	}, changes)
	object := p.MustApply(t, "cloudtap_azure_packet_capture", nil, config)
	cloud.Clock.Advance(2 * time.Minute)
	if config["continuous_capture"] == true {
		// A ring buffer goes on until it is stopped.
		object = p.MustApply(t, "cloudtap_azure_packet_capture", object, acctest.Changed(config, acctest.Config{"desired_state": "stopped"}))
	}
	return acctest.Get(t, object.Value, "id")
}

func TestResourceReadsOnceWhatACaptureStored(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	id := runCapture(t, p, cloud, acctest.Config{"filters": []acctest.Config{{"protocol": "TCP", "remote_port": "443"}}})
	folder := filepath.Join(t.TempDir(), "kept")
	config := acctest.Config{
		"source": acctest.Config{"azure_packet_capture_id": id}, "include_names": true, "save_to": folder, "report_to": filepath.Join(folder, "report", "web.html"),
	}
	object := p.MustApply(t, typeName, nil, config)
	if port := acctest.Get(t, object.Value, "conversations.0.responder_port"); port != "443" || acctest.Get(t, object.Value, "dns.queries") != "0" {
		t.Errorf("the filter selected port %s", port)
	}
	if acctest.Get(t, object.Value, "connections.established") == "0" || !acctest.IsSet(t, object.Value, "files.0.etag") {
		t.Errorf("files %s", acctest.Get(t, object.Value, "files.0.name"))
	}
	saved, err := filepath.Glob(filepath.Join(folder, "*.cap"))
	if err != nil || len(saved) != 1 {
		t.Fatalf("saved %v, %v", saved, err)
	}
	page, err := os.ReadFile(filepath.Join(folder, "report", "web.html"))
	if err != nil || !bytes.Contains(page, []byte("www.contoso.com")) || bytes.Contains(page, []byte("<script")) {
		t.Errorf("page of %d bytes, %v", len(page), err)
	}
	left, err := filepath.Glob(filepath.Join(folder, "*.partial"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	// What is kept says the same as what was read.
	again := p.MustApply(t, typeName, nil, acctest.Config{"source": acctest.Config{"files": saved}})
	for _, name := range []string{"packet_count", "byte_count", "first_packet_at", "last_packet_at", "retransmissions"} {
		if got, want := acctest.Get(t, again.Value, name), acctest.Get(t, object.Value, name); got != want {
			t.Errorf("%s is %s in the kept file, and was %s", name, got, want)
		}
	}

	// Storage forgets the file, and nothing changes.
	for _, b := range cloud.ARM.Blobs() {
		cloud.Blob.Delete(b.Account + "/" + b.Container + "/" + b.Name)
	}
	before := len(cloud.Journal.Requests())
	p.ExpectAction(t, typeName, p.MustRead(t, typeName, object), config, "no-op")
	p.ExpectAction(t, typeName, object, acctest.Changed(config, acctest.Config{"timeouts": acctest.Config{"create": "1h"}}), "update")
	p.ExpectAction(t, typeName, object, acctest.Changed(config, acctest.Config{"filter": "tcp"}), "replace")
	if after := len(cloud.Journal.Requests()); after != before {
		t.Errorf("%d requests for plans", after-before)
	}
	changed := p.MustApply(t, typeName, object, acctest.Changed(config, acctest.Config{"timeouts": acctest.Config{"create": "1h"}}))
	acctest.ExpectAttributes(t, changed.Value, "timeouts.create", "1h", "packet_count", acctest.Get(t, object.Value, "packet_count"))
	if gone := p.MustApply(t, typeName, changed, nil); gone.Exists() {
		t.Error("the summary is still in the state")
	}
	if _, err := os.Stat(saved[0]); err != nil {
		t.Errorf("the destroy removed what was saved: %s", err)
	}
}

func TestRingAndScaleSetFiles(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		changes acctest.Config
		files   int
		first   string
	}{
		"ring": {acctest.Config{
			"continuous_capture": true, "time_limit_in_seconds": nil,
			"capture_settings": acctest.Config{"file_count": 100, "file_size_in_bytes": 20000, "session_time_limit_in_seconds": 60},
		}, 0, "_1."},
		"scale set": {acctest.Config{"target": "scale set"}, 3, "0/"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := acctest.StartCloud(t, cloudsim.Options{})
			p := acctest.NewProvider(t, cloud)
			if test.changes["target"] != nil {
				test.changes = acctest.Config{"target_id": cloud.ARM.Seeded().VMSSID}
			}
			id := runCapture(t, p, cloud, test.changes)
			object := p.MustApply(t, typeName, nil, acctest.Config{"source": acctest.Config{"azure_packet_capture_id": id}})
			files := len(acctest.Elements(t, object.Value, "files"))
			if files != test.files && (test.files > 0 || files < 10) {
				t.Errorf("%d files", files)
			}
			if first := acctest.Get(t, object.Value, "files.0.name"); !strings.Contains(first, test.first) {
				t.Errorf("the first file is %s", first)
			}
			// In the order in which they were written: 9 before 10.
			if name == "ring" {
				first, last := acctest.Get(t, object.Value, "first_packet_at"), acctest.Get(t, object.Value, "last_packet_at")
				if first >= last {
					t.Errorf("the first packet is of %s, the last one of %s", first, last)
				}
				for i := range files - 1 {
					x, y := acctest.Get(t, object.Value, fmt.Sprintf("files.%d.name", i)), acctest.Get(t, object.Value, fmt.Sprintf("files.%d.name", i+1))
					if len(x) > len(y) || len(x) == len(y) && x >= y {
						t.Errorf("%s comes before %s", x, y)
					}
				}
			}
		})
	}
}

func TestSignaturesAreWriteOnly(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	cloud.Blob.Put("tapcaptures", "captures", "web.cap", onePeriod(t))
	signature := cloud.Blob.Signature("tapcaptures", "captures", "web.cap", "r", time.Time{}, cloud.Clock.Now().Add(time.Hour))
	url := "https://tapcaptures.blob.core.windows.net/captures/web.cap?" + signature
	object := p.MustApply(t, typeName, nil, acctest.Config{"source": acctest.Config{"azure_blob_urls_wo": []string{url}, "azure_blob_urls_wo_version": 1}})
	acctest.ExpectAttributes(t, object.Value, "source.azure_blob_urls_wo", acctest.Null, "files.0.name", "web.cap")
	acctest.ExpectAttributes(t, object.Value, wholePeriod...)
	if strings.Contains(fmt.Sprint(object.Value), "sig=") {
		t.Error("the signature is in the state")
	}
	if cloud.Journal.Count("aad", "") > 0 {
		t.Error("a token was asked for")
	}

	early := "https://tapcaptures.blob.core.windows.net/captures/web.cap?" + cloud.Blob.Signature("tapcaptures", "captures", "web.cap", "r", cloud.Clock.Now().Add(time.Hour), cloud.Clock.Now().Add(2*time.Hour))
	_, diagnostics := p.Apply(t.Context(), typeName, nil, acctest.Config{"source": acctest.Config{"azure_blob_urls_wo": []string{early}}})
	acctest.ExpectError(t, diagnostics, "AuthenticationFailed", "signature is not valid")
	for _, text := range append(diagnostics.Errors(), diagnostics.Warnings()...) {
		if strings.Contains(text, "sig=") {
			t.Errorf("the signature is in a message: %s", text)
		}
	}
	diagnostics = p.Validate(t.Context(), typeName, acctest.Config{"source": acctest.Config{"azure_blob_urls": []string{url}}})
	acctest.ExpectError(t, diagnostics, "azure_blob_urls_wo")
	for _, source := range []acctest.Config{
		{"azure_blob_urls": []string{url}},
		{"azure_blob_urls_wo": []string{url}, "files": []string{"web.cap"}},
		{"azure_blob_urls_wo": []string{url}, "azure_packet_capture_id": "web"},
		{"azure_blob_urls_wo": []string{url, ""}},
		{"azure_blob_urls_wo": []string{strings.Replace(url, "https", "http", 1)}},
		{"azure_packet_capture_id": "web"},
	} {
		diagnostics := p.Validate(t.Context(), typeName, acctest.Config{"source": source})
		if len(diagnostics.Errors()) == 0 {
			t.Errorf("%v is valid", source)
		}
		for _, diagnostic := range diagnostics {
			if diagnostic.Attribute != nil || strings.Contains(diagnostic.Summary+diagnostic.Detail, "sig=") && !strings.Contains(diagnostic.Detail, "(sig=)") {
				t.Errorf("the CLI would quote the line with the signature: %s %s", diagnostic.Attribute, diagnostic.Detail)
			}
		}
	}
}

func TestMistakesInTheConfiguration(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	file := write(t, onePeriod(t))
	for name, test := range map[string]struct {
		config acctest.Config
		parts  []string
	}{
		"no source":       {acctest.Config{"source": acctest.Config{}}, []string{"exactly one of", "0 are set"}},
		"two sources":     {acctest.Config{"source": acctest.Config{"files": []string{"a"}, "azure_blob_urls": []string{"https://a.blob.core.windows.net/c/b"}}}, []string{"2 are set"}},
		"a container":     {acctest.Config{"source": acctest.Config{"azure_blob_urls": []string{"https://a.blob.core.windows.net/c"}}}, []string{"URL 1", "no blob"}},
		"http":            {acctest.Config{"source": acctest.Config{"azure_blob_urls": []string{"http://a.blob.core.windows.net/c/b"}}}, []string{"https://"}},
		"no capture's ID": {acctest.Config{"source": acctest.Config{"azure_packet_capture_id": "web"}}, []string{"Not the ID of a packet capture"}},
		"filter":          {acctest.Config{"source": acctest.Config{"files": []string{"a"}}, "filter": "tcp prot 443"}, []string{"Filter cannot be read", "prot"}},
		"flags":           {acctest.Config{"source": acctest.Config{"files": []string{"a"}}, "filter": "tcp[13] & 2 != 0"}, []string{"byte arithmetic", "nor capture summaries"}},
		"link layer":      {acctest.Config{"source": acctest.Config{"files": []string{"a"}}, "filter": "ether host 00:00:5e:00:53:01"}, []string{"link layer", "nor capture summaries"}},
		"no such file":    {acctest.Config{"source": acctest.Config{"files": []string{file + ".missing"}}}, []string{"no such file"}},
		"a folder":        {acctest.Config{"source": acctest.Config{"files": []string{filepath.Dir(file)}}}, []string{"no regular file"}},
		"save_to a file":  {acctest.Config{"source": acctest.Config{"files": []string{file}}, "save_to": file}, []string{"save_to", "is no folder"}},
		"report in file":  {acctest.Config{"source": acctest.Config{"files": []string{file}}, "report_to": filepath.Join(file, "report.html")}, []string{"report_to", "is no folder"}},
		"report is input": {acctest.Config{"source": acctest.Config{"files": []string{file}}, "report_to": file}, []string{"report_to", "would be lost"}},
		"report a folder": {acctest.Config{"source": acctest.Config{"files": []string{file}}, "report_to": filepath.Dir(file)}, []string{"report_to", "no regular file"}},
		"report in name":  {acctest.Config{"source": acctest.Config{"files": []string{file}}, "report_to": file + ".html/"}, []string{"report_to", "names no file"}},
		"empty folder":    {acctest.Config{"source": acctest.Config{"files": []string{file}}, "save_to": ""}, []string{"save_to"}},
	} {
		diagnostics := p.Validate(t.Context(), typeName, test.config)
		if len(diagnostics.Errors()) == 0 {
			_, diagnostics = p.Apply(t.Context(), typeName, nil, test.config)
		}
		text := strings.Join(diagnostics.Errors(), "\n")
		for _, part := range test.parts {
			if !strings.Contains(strings.ToLower(text), strings.ToLower(part)) {
				t.Errorf("%s: %q is not in %s", name, part, text)
			}
		}
	}
}

func TestFailuresNameTheWayOut(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		changes acctest.Config
		prepare func(t *testing.T, cloud *cloudsim.Cloud)
		parts   []string
	}{
		"only on the machine": {acctest.Config{"storage_location": acctest.Config{"file_path": "/var/captures/web.cap"}}, nil, []string{"machine only", "source.files"}},
		"no data role": {nil, func(t *testing.T, cloud *cloudsim.Cloud) {
			t.Helper()
			if err := cloud.Blob.Switches().Set(blob.SwitchDataRole, "missing"); err != nil {
				t.Fatal(err)
			}
		}, []string{"AuthorizationPermissionMismatch", "Storage Blob Data Reader"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud := acctest.StartCloud(t, cloudsim.Options{})
			p := acctest.NewProvider(t, cloud)
			id := runCapture(t, p, cloud, test.changes)
			if test.prepare != nil {
				test.prepare(t, cloud)
			}
			object, diagnostics := p.Apply(t.Context(), typeName, nil, acctest.Config{"source": acctest.Config{"azure_packet_capture_id": id}})
			acctest.ExpectError(t, diagnostics, test.parts...)
			if object.Exists() {
				t.Error("a summary that was not made is in the state")
			}
		})
	}
}

func TestACaptureThatDoesNotExist(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	_, diagnostics := p.Apply(t.Context(), typeName, nil, acctest.Config{"source": acctest.Config{"azure_packet_capture_id": cloud.ARM.Seeded().NetworkWatcherID + "/packetCaptures/none"}})
	acctest.ExpectError(t, diagnostics, "none")
	if len(diagnostics.Errors()) != 1 {
		t.Error(diagnostics.Errors())
	}
}
