package messages

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2/hclwrite"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
)

// build compiles the provider into the folder that acctest.Main removes.
var build = sync.OnceValues(func() (folder string, err error) {
	folder = filepath.Join(filepath.Dir(os.Getenv("SSL_CERT_FILE")), "provider")
	return folder, acctest.Build(context.Background(), acctest.Module, filepath.Join(folder, "terraform-provider-cloudtap"))
})

// TestTheCLIShowsNoLiteral makes the mistakes of the golden file with the real
// CLI, and with secrets as literals in every argument that may hold one: the
// CLI quotes the source of what a diagnostic names. Mistakes with the same
// environment share a configuration. What this CLI does not know (actions), and
// what takes several steps, is left out and counted.
func TestTheCLIShowsNoLiteral(t *testing.T) {
	t.Parallel()
	acctest.RequireCLI(t)
	provider, err := build()
	if err != nil {
		t.Fatal(err)
	}
	groups, left := grouped()
	made := 0
	for _, group := range groups {
		made += len(group)
	}
	t.Logf("%d mistakes in %d configurations; left to the plugin protocol: %d", made, len(groups), left)
	began := time.Now()
	t.Cleanup(func() { t.Logf("took %s", time.Since(began).Round(time.Second)) })
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			newSession(t, provider, groups[key]).run(groups[key])
		})
	}
}

// grouped returns the mistakes that the CLI can make, those with the same
// surroundings together, and how many it cannot. Mistakes that change different
// services go together: the first of each, the second of each and so on.
func grouped() (groups map[string][]mistake, left int) {
	groups = map[string][]mistake{}
	ofService := map[string]int{}
	for _, m := range mistakes() {
		if m.call.kind == several && m.block == nil || m.call.kind == invokes {
			left++
			continue
		}
		key := map[kind]string{validates: "validate", refusesData: "validate", refusesOpen: "validate", several: "validate", plans: "plan", imports: "plan", readsData: "plan", opens: "plan", creates: "apply"}[m.call.kind]
		switch {
		case m.environment != nil || m.block != nil || strings.HasPrefix(m.title, "credentials:"):
			key += " " + m.title
		case m.prepare != nil:
			service := key + " " + m.call.name
			if _, uploads := m.call.config["logs_ingestion"]; uploads {
				service += " logs_ingestion"
			}
			ofService[service]++
			key = fmt.Sprintf("%s with prepared answers %d", key, ofService[service])
		}
		groups[key] = append(groups[key], m)
	}
	return groups, left
}

// session is a folder in which the CLI runs.
type session struct {
	t      *testing.T
	cloud  *cloudsim.Cloud
	folder string
	env    []string
	// secrets are the literals.
	secrets []string
}

func newSession(t *testing.T, provider string, group []mistake) *session {
	t.Helper()
	cloud := acctest.StartCloud(t, cloudsim.Options{})
	for _, m := range group {
		if m.prepare != nil {
			m.prepare(t, cloud)
		}
	}
	s := &session{t: t, cloud: cloud, folder: t.TempDir()}
	variables := map[string]string{"PATH": os.Getenv("PATH"), "HOME": s.folder, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1", "TF_CLI_CONFIG_FILE": filepath.Join(s.folder, "cli.tfrc")}
	for _, variable := range cloud.Env() {
		variables[variable.Name] = variable.Value
	}
	if group[0].environment == nil {
		// The provider block has them, as literals.
		delete(variables, "ARM_CLIENT_SECRET")
		delete(variables, "HW_SECRET_KEY")
	}
	maps.Copy(variables, group[0].variables(t))
	for name, value := range variables {
		s.env = append(s.env, name+"="+value)
	}
	s.write("cli.tfrc", acctest.DevOverrides("cloudtap", provider))
	primary, secondary, _ := cloud.LogStore.Keys(logstore.SeededWorkspaceID)
	s.secrets = []string{canary, canaryKey, primary, secondary}
	for _, name := range []string{"ARM_CLIENT_SECRET", "HW_SECRET_KEY"} {
		if secret := cloud.Lookup(name); secret != "" {
			s.secrets = append(s.secrets, secret)
		}
	}
	for _, secret := range slices.Clone(s.secrets) {
		s.secrets = append(s.secrets, base64.StdEncoding.EncodeToString([]byte(secret)))
	}
	return s
}

func (s *session) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.folder, name), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// few mistakes are made in JSON only, which shows the same source.
const few = 10

// run makes the mistakes of a group: in JSON and in text, with all logs.
func (s *session) run(group []mistake) {
	s.t.Helper()
	var configuration strings.Builder
	configuration.WriteString("terraform {\n  required_providers {\n    cloudtap = { source = \"cloudtap/cloudtap\" }\n  }\n}\n" + s.provider(group[0]))
	for i, m := range group {
		configuration.WriteString(s.block(i, m))
	}
	s.write("main.tf", configuration.String())
	arguments := map[kind][]string{validates: {"validate"}, refusesData: {"validate"}, refusesOpen: {"validate"}, several: {"validate"}, creates: {"apply", "-auto-approve"}}[group[0].call.kind]
	if arguments == nil {
		arguments = []string{"plan"}
	}
	formats := []string{"-json"}
	if len(group) > few {
		formats = append(formats, "-no-color")
	}
	for _, format := range formats {
		// The other run's captures would be replaced, which takes time.
		if err := os.Remove(filepath.Join(s.folder, "terraform.tfstate")); err != nil && !errors.Is(err, os.ErrNotExist) {
			s.t.Fatal(err)
		}
		output := s.cli(append(arguments, format)...)
		for _, secret := range s.secrets {
			for line := range strings.SplitSeq(output, "\n") {
				if strings.Contains(line, secret) {
					s.t.Errorf("%s shows a secret: %.400s", format, strings.ReplaceAll(line, secret, "<SECRET>"))
				}
			}
		}
		if format == "-json" {
			// The text has only the first of equal warnings.
			s.expectReports(output, group)
		}
	}
	s.expectCleanLog()
}

// expectReports checks that each mistake was made.
func (s *session) expectReports(output string, group []mistake) {
	s.t.Helper()
	for i, m := range group {
		name := fmt.Sprintf(`\bm%d\b`, i)
		if m.call.kind == several {
			name = "Settings are empty"
		}
		if m.call.kind == imports { // The CLI names no address.
			name = `Could not import|cannot be imported`
		}
		if !regexp.MustCompile(name).MatchString(output) {
			s.t.Errorf("%s: nothing is said of %s:\n%s", m.title, name, output[max(0, len(output)-3000):])
		}
	}
}

func (s *session) cli(arguments ...string) string {
	s.t.Helper()
	command := exec.CommandContext(s.t.Context(), os.Getenv("TF_ACC_TERRAFORM_PATH"), arguments...) //nolint:gosec // the CLI of the tests
	command.Dir, command.Env = s.folder, append(slices.Clone(s.env), "TF_LOG_PROVIDER=TRACE", "TF_LOG_PATH="+filepath.Join(s.folder, "trace.log"))
	output, err := command.CombinedOutput()
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		s.t.Fatal(err)
	}
	return string(output)
}

// expectCleanLog searches the provider's log. Terraform's own, which quotes
// configurations, is not ours to keep clean.
func (s *session) expectCleanLog() {
	s.t.Helper()
	log, err := os.ReadFile(filepath.Join(s.folder, "trace.log"))
	if err != nil || !strings.Contains(string(log), "provider.terraform-provider-cloudtap") {
		s.t.Errorf("there is no log of the provider: %v", err)
	}
	for _, secret := range s.secrets {
		for line := range strings.SplitSeq(string(log), "\n") {
			if strings.Contains(line, secret) {
				s.t.Errorf("the log shows a secret: %.400s", strings.ReplaceAll(line, secret, "<SECRET>"))
			}
		}
	}
}

// provider is the provider block, with literal secrets.
func (s *session) provider(m mistake) string {
	s.t.Helper()
	block := maps.Clone(m.block)
	if block == nil && m.environment == nil {
		block = acctest.Config{
			"azure":       acctest.Config{"client_secret": s.cloud.Lookup("ARM_CLIENT_SECRET"), "client_certificate_password": canary},
			"huaweicloud": acctest.Config{"secret_key": s.cloud.Lookup("HW_SECRET_KEY"), "password": canary},
		}
	}
	return "provider \"cloudtap\" {\n" + s.body(block) + "}\n"
}

// block is what makes a mistake, named m and its number. A log ingest has
// companions whose keys and records are secret in the other ways.
func (s *session) block(number int, m mistake) string {
	s.t.Helper()
	name, config := fmt.Sprintf("m%d", number), inCloud(s.cloud, m.call.config)
	switch m.call.kind {
	case several:
		return resource(capture, name, s.body(inCloud(s.cloud, goodCapture())))
	case readsData, refusesData:
		return fmt.Sprintf("data %q %q {\n%s}\n", m.call.name, name, s.body(config))
	case opens, refusesOpen:
		return fmt.Sprintf("ephemeral %q %q {\n%s}\n", m.call.name, name, s.body(config))
	case imports:
		good := map[string]acctest.Config{capture: goodCapture(), ingest: goodIngest()}[m.call.name]
		if good == nil {
			good = goodTask()
		}
		return fmt.Sprintf("import {\n  to = %s.%s\n  id = %q\n}\n", m.call.name, name, m.call.id) + resource(m.call.name, name, s.body(inCloud(s.cloud, good)))
	case validates, plans, creates, invokes:
	}
	text := resource(m.call.name, name, s.body(config))
	if m.call.name == ingest {
		for companion, with := range companions(config) {
			text += resource(m.call.name, name+companion, s.body(with))
		}
	}
	return text
}

func resource(kind, name, body string) string {
	return fmt.Sprintf("resource %q %q {\n%s}\n", kind, name, body)
}

// companions are a log ingest with its keys in the state, with the keys of
// another workspace beside them, and with write-only records.
func companions(config acctest.Config) map[string]acctest.Config {
	with := map[string]acctest.Config{}
	if collector, ok := config["data_collector"].(acctest.Config); ok {
		kept := acctest.Changed(collector, acctest.Config{"shared_key": collector["shared_key_wo"], "secondary_shared_key": canaryKey, "shared_key_wo": nil, "secondary_shared_key_wo": nil})
		with["_kept"] = acctest.Changed(config, acctest.Config{"data_collector": kept})
		second := acctest.Changed(collector, acctest.Config{"secondary_shared_key_wo": canaryKey})
		with["_second"] = acctest.Changed(config, acctest.Config{"data_collector": second})
	}
	if records, ok := config["records"].(string); ok {
		with["_secret"] = acctest.Changed(config, acctest.Config{"records": nil, "records_wo": hide(records), "records_wo_version": 1})
	}
	return with
}

// hide puts the canary into records, however broken they are: into each
// record, or before what is none.
func hide(records string) string {
	member := `{"secret":"` + canary + `",`
	if hidden := strings.ReplaceAll(records, `{"`, member+`"`); hidden != records {
		return hidden
	}
	return canary + records
}

// body writes a configuration as HCL.
func (s *session) body(config acctest.Config) string {
	s.t.Helper()
	file := hclwrite.NewEmptyFile()
	for _, name := range slices.Sorted(maps.Keys(config)) {
		text, err := json.Marshal(config[name])
		if err != nil {
			s.t.Fatal(err)
		}
		kind, err := ctyjson.ImpliedType(text)
		if err != nil {
			s.t.Fatal(err)
		}
		value, err := ctyjson.Unmarshal(text, kind)
		if err != nil {
			s.t.Fatal(err)
		}
		file.Body().SetAttributeValue(name, value)
	}
	return string(file.Bytes())
}
