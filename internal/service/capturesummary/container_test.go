package capturesummary_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// stored are files as a VPN gateway and a firewall bring them.
var stored = []string{"2026/11/29/12_00_00/INT0/vpngw.pcap", "2026/11/29/12_00_00/INT1/vpngw.pcap", "2026/11/29/13_00_00/INT0/vpngw.pcap", "tls_0.pcap", "tls_1.pcap"}

func storeAll(t *testing.T, cloud *cloudsim.Cloud) (sas func(permissions string) string) {
	t.Helper()
	for _, name := range stored {
		cloud.Blob.Put(blob.SeededAccount, blob.SeededContainer, name, onePeriod(t))
	}
	now := cloud.Clock.Now()
	return func(permissions string) string {
		return cloud.Blob.ContainerURL(blob.SeededAccount, blob.SeededContainer, permissions, now.Add(-time.Hour), now.Add(time.Hour))
	}
}

func TestFilesOfAContainer(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	sas := storeAll(t, cloud)
	for name, test := range map[string]struct {
		prefix any
		files  []string
		// instances are the files' in their order.
		instances []string
	}{
		"one capture of a gateway": {"2026/11/29/12_00_00/", []string{"INT0/vpngw.pcap", "INT1/vpngw.pcap"}, []string{"INT0", "INT1"}},
		"one instance":             {"2026/11/29/12_00_00/INT1/", []string{"vpngw.pcap"}, []string{"INT1"}},
		"a day":                    {"2026/11/29/", []string{"12_00_00/INT0/vpngw.pcap", "12_00_00/INT1/vpngw.pcap", "13_00_00/INT0/vpngw.pcap"}, []string{"INT0", "INT1", "INT0"}},
		"a firewall":               {"tls_", []string{"tls_0.pcap", "tls_1.pcap"}, []string{acctest.Null, acctest.Null}},
		"everything":               {nil, stored, []string{"INT0", "INT1", "INT0", acctest.Null, acctest.Null}},
	} {
		source := acctest.Config{"azure_container_sas_url_wo": sas("rl"), "azure_container_sas_url_wo_version": 1}
		if test.prefix != nil {
			source["azure_container_prefix"] = test.prefix
		}
		object := p.MustApply(t, typeName, nil, acctest.Config{"source": source})
		if files := len(acctest.Elements(t, object.Value, "files")); files != len(test.files) {
			t.Fatalf("%s: %d files, want %v", name, files, test.files)
		}
		for i, file := range test.files {
			acctest.ExpectAttributes(t, object.Value, fmt.Sprintf("files.%d.name", i), file, fmt.Sprintf("files.%d.instance", i), test.instances[i])
		}
		if acctest.ExpectAttributes(t, object.Value, "source.azure_container_sas_url_wo", acctest.Null); strings.Contains(fmt.Sprint(object.Value), "sig=") {
			t.Error("the signature is in the state")
		}
	}
	if cloud.Journal.Count("aad", "") > 0 {
		t.Error("a token was asked for")
	}
}

func TestMistakesWithContainers(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	sas := storeAll(t, cloud)
	good := sas("rl")
	for name, test := range map[string]struct {
		source acctest.Config
		parts  []string
	}{
		"no container":      {acctest.Config{"azure_container_sas_url_wo": strings.Replace(good, "/"+blob.SeededContainer, "/", 1)}, []string{"names no container"}},
		"a blob":            {acctest.Config{"azure_container_sas_url_wo": strings.Replace(good, blob.SeededContainer, blob.SeededContainer+"/tls_0.pcap", 1)}, []string{"behind the container", "tls_0.pcap"}},
		"no signature":      {acctest.Config{"azure_container_sas_url_wo": strings.Split(good, "?")[0]}, []string{"no shared access signature"}},
		"only to write":     {acctest.Config{"azure_container_sas_url_wo": sas("w")}, []string{`permits "w"`, "list (l)"}},
		"signature of blob": {acctest.Config{"azure_container_sas_url_wo": strings.Replace(good, "sr=c", "sr=b", 1)}, []string{`sr is "b"`}},
		"http":              {acctest.Config{"azure_container_sas_url_wo": strings.Replace(good, "https", "http", 1)}, []string{"https://"}},
		"prefix alone":      {acctest.Config{"files": []string{"a"}, "azure_container_prefix": "tls"}, []string{"Prefix without a container"}},
		"two sources":       {acctest.Config{"azure_container_sas_url_wo": good, "files": []string{"a"}}, []string{"2 are set"}},
		"no such file":      {acctest.Config{"azure_container_sas_url_wo": good, "azure_container_prefix": "ssh"}, []string{`begins with "ssh"`, "when it is stopped", "azure_container_prefix"}},
		"another signature": {acctest.Config{"azure_container_sas_url_wo": strings.Replace(good, "se=2", "se=3", 1)}, []string{"AuthenticationFailed", "signature is not valid"}},
	} {
		config := acctest.Config{"source": test.source}
		diagnostics := p.Validate(t.Context(), typeName, config)
		if len(diagnostics.Errors()) == 0 {
			_, diagnostics = p.Apply(t.Context(), typeName, nil, config)
		}
		text := strings.Join(diagnostics.Errors(), "\n")
		simtest.Says(t, text, test.parts...)
		for _, diagnostic := range diagnostics {
			if diagnostic.Attribute != nil || strings.Contains(diagnostic.Summary+diagnostic.Detail, "sig=") {
				t.Errorf("%s: the signature would be shown: %s %s", name, diagnostic.Attribute, diagnostic.Detail)
			}
		}
	}
}

func TestAnEmptyContainer(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	now := cloud.Clock.Now()
	address := cloud.Blob.ContainerURL(blob.SeededAccount, blob.SeededContainer, "rl", now.Add(-time.Hour), now.Add(time.Hour))
	_, diagnostics := p.Apply(t.Context(), typeName, nil, acctest.Config{"source": acctest.Config{"azure_container_sas_url_wo": address}})
	acctest.ExpectError(t, diagnostics, "/"+blob.SeededContainer+" holds no file yet", "when it is stopped", "source.azure_container_sas_url_wo")
	if text := strings.Join(diagnostics.Errors(), ""); strings.Contains(text, `""`) || strings.Contains(text, "azure_container_prefix") {
		t.Errorf("a prefix that nobody set is blamed: %s", text)
	}
}
