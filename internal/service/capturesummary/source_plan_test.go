package capturesummary_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
)

// TestWhatNoServiceAcceptsIsRefusedAtPlan makes no request.
func TestWhatNoServiceAcceptsIsRefusedAtPlan(t *testing.T) {
	t.Parallel()
	const container, file = "https://tapcaptures.blob.core.windows.net/captures", "https://tapcaptures.blob.core.windows.net/captures/web.cap"
	const signature = "&sp=rl&sig=c2VjcmV0"
	for name, test := range map[string]struct {
		source acctest.Config
		parts  []string
	}{
		"container":    {acctest.Config{"azure_container_sas_url_wo": container + "?sr=c&se=2020-01-02T00:00:00Z" + signature}, []string{"source.azure_container_sas_url_wo", "until 2020-01-02T00:00:00Z"}},
		"key of user":  {acctest.Config{"azure_container_sas_url_wo": container + "?sr=c&se=2999-01-01&ske=2020-01-02T03:04Z" + signature}, []string{"until 2020-01-02T03:04:00Z"}},
		"second blob":  {acctest.Config{"azure_blob_urls_wo": []string{file + "?se=2999-01-01" + signature, file + "?se=2020-01-02" + signature}}, []string{"URL 2 of source.azure_blob_urls_wo", "until 2020-01-02T00:00:00Z"}},
		"foreign host": {acctest.Config{"azure_blob_urls": []string{file, "https://192.0.2.1/account/captures/web.cap"}}, []string{"URL 2", "https://192.0.2.1", "no address of Azure storage"}},
		"no firewall":  {acctest.Config{"huaweicloud_capture_task": acctest.Config{"fw_instance_id": "", "task_id": "1"}}, []string{"fw_instance_id"}},
		"no task":      {acctest.Config{"huaweicloud_capture_task": acctest.Config{"fw_instance_id": "1", "task_id": ""}}, []string{"task_id"}},
		"null":         {acctest.Config{"azure_container_sas_url_wo_version": 1}, []string{"exactly one of", "0 are set"}},
		"only prefix":  {acctest.Config{"files": []string{"a"}, "azure_container_prefix": "a"}, []string{"Prefix without a container"}},
	} {
		cloud := acctest.StartCloud(t, cloudsim.Options{})
		p := acctest.NewProvider(t, cloud)
		_, diagnostics := p.Plan(t.Context(), typeName, nil, acctest.Config{"source": test.source})
		text := strings.Join(diagnostics.Errors(), "\n")
		for _, part := range test.parts {
			if !strings.Contains(strings.ToLower(text), strings.ToLower(part)) {
				t.Errorf("%s: %q is not in %q", name, part, text)
			}
		}
		if strings.Contains(text, "c2VjcmV0") || len(cloud.Journal.Requests()) > 0 {
			t.Errorf("%s: %s, %v", name, text, cloud.Journal.Summary())
		}
	}
}

// TestASignatureIsNeededForReadingOnly keeps and destroys a summary whose signature is
// gone, or has expired since.
func TestASignatureIsNeededForReadingOnly(t *testing.T) {
	t.Parallel()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	p := acctest.NewProvider(t, cloud)
	putWeb(cloud, onePeriod(t))
	valid := "https://tapcaptures.blob.core.windows.net/captures?" + cloud.Blob.Signature("tapcaptures", "captures", "", "rl", time.Time{}, cloud.Clock.Now().Add(time.Hour))
	config := func(url *string) acctest.Config {
		source := acctest.Config{"azure_container_sas_url_wo_version": 1, "azure_container_prefix": "web"}
		if url != nil {
			source["azure_container_sas_url_wo"] = *url
		}
		return acctest.Config{"source": source}
	}
	object := p.MustApply(t, typeName, nil, config(&valid))
	expired := "https://tapcaptures.blob.core.windows.net/captures?sr=c&sp=rl&se=2020-01-01&sig=c2VjcmV0"
	for name, url := range map[string]*string{"null": nil, "expired": &expired} {
		// Destroying plans first, too.
		if diagnostics := p.Validate(t.Context(), typeName, config(url)); len(diagnostics) > 0 {
			t.Errorf("%s: %v", name, diagnostics.Errors())
		}
		p.ExpectAction(t, typeName, object, config(url), "no-op")
	}
	if gone := p.MustApply(t, typeName, object, nil); gone.Exists() {
		t.Error("the summary is still in the state")
	}
}

// TestFilesAreLookedAtInThePlan warns of one that is not there, as another resource
// may make it, and says where it was looked for.
func TestFilesAreLookedAtInThePlan(t *testing.T) {
	t.Parallel()
	p := acctest.NewProvider(t, acctest.StartCloud(t, cloudsim.Options{}))
	there := write(t, onePeriod(t))
	folder := t.TempDir()
	missing := filepath.Join(folder, "none.pcap")
	_, diagnostics := p.Plan(t.Context(), typeName, nil, acctest.Config{"source": acctest.Config{"files": []string{there, missing}}})
	p.Expect(diagnostics)
	if warnings := diagnostics.Warnings(); len(warnings) != 1 || !strings.Contains(warnings[0], missing) {
		t.Error(warnings)
	}
	_, diagnostics = p.ReadData(t.Context(), typeName, acctest.Config{"source": acctest.Config{"files": []string{"none.pcap"}}})
	whole, err := filepath.Abs("none.pcap")
	if err != nil {
		t.Fatal(err)
	}
	acctest.ExpectError(t, diagnostics, whole)
	if err := os.Mkdir(filepath.Join(folder, filepath.Base(there)), 0o700); err != nil {
		t.Fatal(err)
	}
	_, diagnostics = p.Plan(t.Context(), typeName, nil, acctest.Config{"source": acctest.Config{"files": []string{there}}, "save_to": folder})
	acctest.ExpectError(t, diagnostics, filepath.Join(folder, "web.pcap")+" exists, and is no regular file", "choose another folder")
}
