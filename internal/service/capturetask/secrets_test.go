package capturetask_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// secrets collects what must not be written anywhere.
type secrets struct {
	mu sync.Mutex
	// credentials are the provider's, links what results were answered with.
	credentials, links []string
}

// observe takes the secrets from the simulated services' answers.
func (s *secrets) observe(exchange simcore.Exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch exchange.Operation {
	case "KeystoneCreateUserTokenByPassword":
		s.credentials = append(s.credentials, exchange.Header.Get("X-Subject-Token"))
	case "ListCaptureResult":
		var answer struct {
			Data struct {
				URL      string `json:"url"`
				Captcha  string `json:"captcha"`
				FileList []struct {
					URL string `json:"url"`
				} `json:"file_list"`
			} `json:"data"`
		}
		if json.Unmarshal(exchange.Body, &answer) != nil || answer.Data.URL+fmt.Sprint(len(answer.Data.FileList)) == "0" {
			return
		}
		s.links = append(s.links, answer.Data.URL, answer.Data.Captcha)
		for _, file := range answer.Data.FileList {
			_, signature, _ := strings.Cut(file.URL, "Signature=")
			s.links = append(s.links, signature)
		}
	}
}

// scan looks for the secrets in everything below a folder.
func (s *secrets) scan(t *testing.T, folder string, mayHoldLinks func(name string) bool) {
	t.Helper()
	if len(s.links) == 0 || len(s.credentials) == 0 {
		t.Fatal("no secret was used, so nothing is tested")
	}
	logged := false
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path) //nolint:gosec // below the test's own folder
		if err != nil {
			return err
		}
		logged = logged || strings.Contains(string(content), "ListCaptureResult")
		wanted := s.credentials
		if !mayHoldLinks(entry.Name()) {
			wanted = append(append([]string{}, wanted...), s.links...)
		}
		for i, secret := range wanted {
			// Six digits may be part of some longer number.
			if secret != "" && regexp.MustCompile(`\b`+regexp.QuoteMeta(secret)+`\b`).Match(content) {
				t.Errorf("secret %d of %d is in %s", i, len(wanted), filepath.Base(path))
			}
		}
		return nil
	})
	if err != nil || !logged {
		t.Errorf("reading what was written: %v; found the provider's requests: %v", err, logged)
	}
}

const ended = `desired_state = "stopped"`

const ephemeralResult = `
ephemeral "cloudtap_huaweicloud_capture_result" "web" {
  fw_instance_id = cloudtap_huaweicloud_capture_task.web.fw_instance_id
  task_id        = cloudtap_huaweicloud_capture_task.web.task_id
}
resource "terraform_data" "proof" {
  input = "the link is not kept"
  provisioner "local-exec" {
    command = "test ${length(ephemeral.cloudtap_huaweicloud_capture_result.web.captcha)} -eq 6"
  }
}
`

const resultData = `
data "cloudtap_huaweicloud_capture_result" "web" {
  fw_instance_id = cloudtap_huaweicloud_capture_task.web.fw_instance_id
  task_id        = cloudtap_huaweicloud_capture_task.web.task_id
}
`

// TestAccNoSecretIsWritten looks for keys, token, link and captcha in the
// state, the plan, the outputs of the CLI and the TRACE log. Only the data
// source may leave the link and captcha, in the state.
func TestAccNoSecretIsWritten(t *testing.T) {
	acctest.RequireCLI(t)
	state := regexp.MustCompile(`^terraform\.tfstate`)
	for name, test := range map[string]struct {
		config       string
		variables    map[string]string
		mayHoldLinks func(string) bool
	}{
		"ephemeral":   {ephemeralResult, nil, func(string) bool { return false }},
		"data source": {resultData, map[string]string{"HW_ACCESS_KEY": "", "HW_SECRET_KEY": ""}, state.MatchString},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			t.Setenv("TF_LOG", "TRACE")
			t.Setenv("TF_LOG_PATH", filepath.Join(folder, "trace.log"))
			t.Setenv("TF_ACC_LOG_PATH", filepath.Join(folder, "provider.log"))
			t.Setenv("TF_ACC_PERSIST_WORKING_DIR", "1")
			t.Setenv("TF_ACC_TEMP_DIR", folder)
			found := &secrets{}
			cloud := acctest.StartCloud(t, cloudsim.Options{Observe: found.observe})
			key := cloud.IAM.PermanentKey()
			found.credentials = []string{key.Access, key.Secret}
			variables := test.variables
			if variables != nil {
				user, password, domain := cloud.IAM.User()
				variables["HW_USER_NAME"], variables["HW_USER_PASSWORD"], variables["HW_DOMAIN_NAME"] = user, password, domain
				found.credentials = append(found.credentials, password)
			}
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.FactoriesWithEnvironment(acctest.Override(cloud, variables)),
				Steps: []resource.TestStep{
					{Config: hcl(cloud, ended) + test.config},
					{PreConfig: func() { set(t, cloud, map[string]string{"result_shape": "file_list"}) }, Config: hcl(cloud, ended) + test.config},
				},
			})
			found.scan(t, folder, test.mayHoldLinks)
		})
	}
}
