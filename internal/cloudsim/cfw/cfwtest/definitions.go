package cfwtest

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// bodies names the definitions that an operation's request and success
// answer must fit; an empty request takes no body.
type bodies struct{ file, request, answer string }

var operations = map[string]bodies{
	"CreateCaptureTask":  {"openapi-2026-01/CreateCaptureTask.json", "CaptureTaskDto", "HttpCreateCaptureTaskResponse"},
	"ListCaptureTask":    {"openapi-2026-01/ListCaptureTask.json", "", "HttpQueryCaptureTaskResponse"},
	"CancelCaptureTask":  {"openapi-2026-01/CancelCaptureTask.json", "CancelCaptureTaskDto", "HttpCancelCaptureTaskResponse"},
	"DeleteCaptureTask":  {"openapi-2026-01/DeleteCaptureTask.json", "DeleteCaptureTaskDto", "HttpDeleteCaptureTaskResponse"},
	"ListCaptureResult":  {"openapi-2026-01/ListCaptureResult.json", "", "HttpGetCaptureResultResponse"},
	"ListFirewallDetail": {"openapi-2026-01/ListFirewallDetail.json", "", "GetFirewallInstanceResponse"},
	"ListFirewallList":   {"openapi-2026-01/ListFirewallList.json", "QueryFireWallInstanceDto", "HttpFirewallInstanceListResponse"},
	"KeystoneCreateUserTokenByPassword": {
		"openapi-iam/KeystoneCreateUserTokenByPassword.json",
		"KeystoneCreateUserTokenByPasswordRequestBody", "KeystoneCreateUserTokenByPasswordResponseBody",
	},
	"KeystoneListProjects":    {"openapi-iam/KeystoneListProjects.json", "", "KeystoneListProjectsResponseBody"},
	"KeystoneListAuthDomains": {"openapi-iam/KeystoneListAuthDomains.json", "", "KeystoneListAuthDomainsResponseBody"},
}

// definitions are the vendor's published schemas of one test.
type definitions map[string]struct{ request, answer *jsonschema.Schema }

// load reads the published definitions; where they are absent, it skips the
// test. The vendor's export wraps Swagger 2.0 in a document of its own, of
// which only the schemas are taken.
func load(t *testing.T) definitions {
	t.Helper()
	loaded := definitions{}
	for operation, names := range operations {
		content, err := os.ReadFile(simtest.ReferencePath(t, path.Join("huawei-cfw-capture", names.file)))
		if err != nil {
			t.Fatal(err)
		}
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
		if err != nil {
			t.Fatalf("%s: %v", names.file, err)
		}
		object, ok := document.(map[string]any)
		if !ok {
			t.Fatalf("%s is not an object", names.file)
		}
		compiler := jsonschema.NewCompiler()
		compiler.DefaultDraft(jsonschema.Draft4)
		address := "https://definitions.invalid/" + operation + ".json"
		if err := compiler.AddResource(address, map[string]any{"definitions": object["definitions"]}); err != nil {
			t.Fatalf("%s: %v", names.file, err)
		}
		schemas := loaded[operation]
		for name, schema := range map[string]**jsonschema.Schema{names.request: &schemas.request, names.answer: &schemas.answer} {
			if name == "" {
				continue
			}
			if *schema, err = compiler.Compile(address + "#/definitions/" + name); err != nil {
				t.Fatalf("%s: %v", names.file, err)
			}
		}
		loaded[operation] = schemas
	}
	return loaded
}

// check compares a successful exchange with the definitions, which declare
// no errors.
func (d definitions) check(exchange simcore.Exchange) error {
	schemas, known := d[exchange.Operation]
	if !known {
		return fmt.Errorf("no definition of the operation %q", exchange.Operation)
	}
	if err := fits(schemas.request, exchange.RequestBody); err != nil {
		return fmt.Errorf("%s: request: %w\n%.1000s", exchange.Operation, err, exchange.RequestBody)
	}
	if err := fits(schemas.answer, asDeclared(exchange.Body)); err != nil {
		return fmt.Errorf("%s: answer: %w\n%.1000s", exchange.Operation, err, exchange.Body)
	}
	return nil
}

func fits(schema *jsonschema.Schema, body []byte) error {
	if schema == nil {
		if len(body) > 0 {
			return errors.New("there is a body where none is defined")
		}
		return nil
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// asDeclared turns IAM's null links into text: the definition declares them
// as strings, and the vendor's own example has null.
func asDeclared(body []byte) []byte {
	for _, member := range []string{`"next":`, `"previous":`} {
		body = bytes.ReplaceAll(body, []byte(member+"null"), []byte(member+`"null"`))
	}
	return body
}
