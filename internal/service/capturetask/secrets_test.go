package capturetask_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
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
		if json.Unmarshal(exchange.Body, &answer) != nil {
			return // A refusal; without any result the test fails.
		}
		if answer.Data.URL != "" {
			_, token, _ := strings.Cut(answer.Data.URL, "token=")
			s.links = append(s.links, token)
			s.links = append(s.links, written(answer.Data.Captcha)...)
		}
		for _, file := range answer.Data.FileList {
			_, signature, _ := strings.Cut(file.URL, "Signature=")
			s.links = append(s.links, signature)
		}
	}
}

// everywhere returns the secrets; links are left out where they may be.
func (s *secrets) everywhere(withLinks bool) []string {
	if !withLinks {
		return s.credentials
	}
	return append(slices.Clone(s.credentials), s.links...)
}

// written returns the ways to write a captcha: six digits alone may be part
// of some longer number.
func written(captcha string) []string {
	return []string{`"` + captcha + `"`, "=" + captcha, " " + captcha, ":" + captcha}
}

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
func TestAccNoSecretIsWritten(t *testing.T) { //nolint:paralleltest // KeepEverything sets the environment
	acctest.RequireCLI(t)
	for name, test := range map[string]struct { //nolint:paralleltest // each case sets the environment
		config       string
		usePassword  bool
		linksInState bool
	}{
		"ephemeral":   {ephemeralResult, false, false},
		"data source": {resultData, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			folder := acctest.KeepEverything(t)
			found := &secrets{}
			cloud := acctest.StartCloud(t, cloudsim.Options{Observe: found.observe})
			key, variables := cloud.IAM.PermanentKey(), map[string]string{}
			found.credentials = []string{key.Access, key.Secret}
			if test.usePassword {
				user, password, domain := cloud.IAM.User()
				variables = map[string]string{
					"HW_ACCESS_KEY": "", "HW_SECRET_KEY": "", "HW_USER_NAME": user, "HW_USER_PASSWORD": password, "HW_DOMAIN_NAME": domain,
				}
				found.credentials = append(found.credentials, password)
			}
			stopped := hcl(cloud, `desired_state = "stopped"`) + test.config
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.FactoriesWithEnvironment(acctest.Override(cloud, variables)),
				Steps: []resource.TestStep{
					{Config: stopped},
					{PreConfig: func() { set(t, cloud, map[string]string{"result_shape": "file_list"}) }, Config: stopped},
				},
			})
			if len(found.links) < 6 {
				t.Fatalf("%d links were made, so not both kinds of results are tested", len(found.links))
			}
			acctest.ExpectNotWritten(t, folder, "ListCaptureResult", found.everywhere(false)...)
			if test.linksInState {
				removeStates(t, folder)
			}
			acctest.ExpectNotWritten(t, folder, "ListCaptureResult", found.everywhere(true)...)
		})
	}
}

func removeStates(t *testing.T, folder string) {
	t.Helper()
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	err = fs.WalkDir(root.FS(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(entry.Name(), "terraform.tfstate") {
			return root.Remove(path)
		}
		return err
	})
	if err := errors.Join(err, root.Close()); err != nil {
		t.Fatal(err)
	}
}
