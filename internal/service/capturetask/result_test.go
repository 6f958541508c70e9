package capturetask_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

const resultType = "cloudtap_huaweicloud_capture_result"

// readers are the two ways to a result, which must behave alike.
var readers = map[string]func(*testing.T, *acctest.Provider, acctest.Config) (tftypes.Value, acctest.Diagnostics){
	"data source": func(t *testing.T, p *acctest.Provider, config acctest.Config) (tftypes.Value, acctest.Diagnostics) {
		t.Helper()
		return p.ReadData(t.Context(), resultType, config)
	},
	"ephemeral": func(t *testing.T, p *acctest.Provider, config acctest.Config) (tftypes.Value, acctest.Diagnostics) {
		t.Helper()
		return p.Open(t.Context(), resultType, config)
	},
}

func resultOf(cloud *cloudsim.Cloud, taskID string, changes acctest.Config) acctest.Config {
	return acctest.Changed(acctest.Config{"fw_instance_id": cloud.CFW.FirewallID(), "task_id": taskID}, changes)
}

func TestResult(t *testing.T) {
	t.Parallel()
	for name, read := range readers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t, nil)
			task := cloud.CFW.AddTask(cfw.Seed{})
			config := resultOf(cloud, task, acctest.Config{"allowed_ips": []string{"203.0.113.7", "198.51.100.0/24"}})
			result, diagnostics := read(t, p, config)
			p.Expect(diagnostics)
			if url, captcha := acctest.Get(t, result, "url"), acctest.Get(t, result, "captcha"); !strings.HasPrefix(url, "https://") || len(captcha) != 6 {
				t.Errorf("url %q, captcha %q", url, captcha)
			}
			if acctest.Get(t, result, "expires") != "30" || len(acctest.Elements(t, result, "files")) != 0 || acctest.IsSet(t, result, "request_host") {
				t.Errorf("got %s", result)
			}

			set(t, cloud, map[string]string{"result_shape": "file_list"})
			result, diagnostics = read(t, p, config)
			p.Expect(diagnostics)
			if !strings.Contains(acctest.Get(t, result, "files.0.url"), "Signature=") || acctest.Get(t, result, "files.0.file_name") != "zhuabaotest_1.pcap" ||
				!strings.HasSuffix(acctest.Get(t, result, "files.0.file_path"), ".pcap") || !acctest.IsSet(t, result, "request_host") ||
				acctest.IsSet(t, result, "url") || acctest.IsSet(t, result, "captcha") || acctest.IsSet(t, result, "expires") {
				t.Errorf("got %s", result)
			}
		})
	}
}

func TestNoResultSaysWhy(t *testing.T) {
	t.Parallel()
	for name, read := range readers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t, nil)
			_, diagnostics := read(t, p, resultOf(cloud, running(cloud, "web"), nil))
			acctest.ExpectError(t, diagnostics, "Could not get capture result", "CFW.00200003", "The capture is running", "wait_for_completion")
			_, diagnostics = read(t, p, resultOf(cloud, "no-such-task", nil))
			acctest.ExpectError(t, diagnostics, "Could not get capture result", "no-such-task", "CFW.00200005", "lists no such task")
			_, diagnostics = read(t, p, resultOf(cloud, "task", acctest.Config{"fw_instance_id": "no-such-firewall"}))
			acctest.ExpectError(t, diagnostics, "Could not get capture result", "no-such-firewall", "CFW.00200005")
		})
	}
}

func TestNoResultMayBeNull(t *testing.T) {
	t.Parallel()
	for name, read := range readers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cloud, p := start(t, nil)
			unavailable := acctest.Config{"on_unavailable": "null"}
			for _, task := range []string{running(cloud, "web"), "aged-out"} {
				_, diagnostics := read(t, p, resultOf(cloud, task, nil))
				acctest.ExpectError(t, diagnostics, `on_unavailable = "null"`)
				result, diagnostics := read(t, p, resultOf(cloud, task, unavailable))
				p.Expect(diagnostics)
				attributes := map[string]tftypes.Value{}
				if err := result.As(&attributes); err != nil {
					t.Fatal(err)
				}
				for _, attribute := range []string{"url", "captcha", "expires", "request_host"} {
					if value, found := attributes[attribute]; !found || !value.IsNull() {
						t.Errorf("%s of %s: %s", attribute, task, value)
					}
				}
			}
			// What fails for another reason stays an error.
			_, diagnostics := read(t, p, resultOf(cloud, "task", acctest.Changed(unavailable, acctest.Config{"fw_instance_id": "no-such-firewall"})))
			acctest.ExpectError(t, diagnostics, "Could not get capture result", "CFW.00200005")
			fault := simcore.Fault{Service: "cfw", Operation: "ListCaptureResult", Kind: simcore.KindStatus, Code: 200, Times: -1, Body: []byte(`{"data":null}`)}
			if err := cloud.Faults.Add(fault); err != nil {
				t.Fatal(err)
			}
			_, diagnostics = read(t, p, resultOf(cloud, cloud.CFW.AddTask(cfw.Seed{}), unavailable))
			acctest.ExpectError(t, diagnostics, "neither a link")
		})
	}
}

func TestResultChecksItsArguments(t *testing.T) {
	t.Parallel()
	cloud, p := start(t, nil)
	for name, read := range readers {
		for wrong, test := range map[string]struct {
			changes acctest.Config
			want    []string
		}{
			"four addresses": {acctest.Config{"allowed_ips": []string{"1.1.1.1", "1.1.1.2", "1.1.1.3", "1.1.1.4"}}, []string{"allowed_ips", "at most 3"}},
			"null address":   {acctest.Config{"allowed_ips": []any{"1.1.1.1", nil}}, []string{"allowed_ips", "null"}},
			"no addresses":   {acctest.Config{"allowed_ips": []string{}}, []string{"allowed_ips", "at least 1"}},
			"task":           {acctest.Config{"task_id": "a/b"}, []string{"task_id", "slash"}},
			"firewall":       {acctest.Config{"fw_instance_id": ""}, []string{"fw_instance_id", "must not be empty"}},
		} {
			t.Run(name+" "+wrong, func(t *testing.T) {
				t.Parallel()
				_, diagnostics := read(t, p, resultOf(cloud, "task", test.changes))
				acctest.ExpectError(t, diagnostics, test.want...)
			})
		}
	}
}

func TestAnOddAllowedIPIsPassedOnWithAWarning(t *testing.T) {
	t.Parallel()
	for ranges, refused := range map[string]bool{"refuse": true, "accept": false} {
		cloud, p := start(t, map[string]string{"result_address_ranges": ranges})
		config := resultOf(cloud, cloud.CFW.AddTask(cfw.Seed{}), acctest.Config{"allowed_ips": []string{"10.0.0.1-10.0.0.9"}})
		_, diagnostics := p.Open(t.Context(), resultType, config)
		if warnings := diagnostics.Warnings(); len(warnings) != 1 || !strings.Contains(warnings[0], "10.0.0.1-10.0.0.9") {
			t.Errorf("warnings: %v", warnings)
		}
		if refused {
			acctest.ExpectError(t, diagnostics, "CFW.00200003")
		} else if problems := diagnostics.Errors(); len(problems) > 0 {
			t.Errorf("accepted ranges: %v", problems)
		}
	}
}
