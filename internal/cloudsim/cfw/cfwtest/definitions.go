package cfwtest

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simtest"
)

// bodies are the schemas that an operation's request and success answer must
// fit; without one for the request it takes no body.
type bodies struct{ request, answer *jsonschema.Schema }

// definitions are the vendor's published schemas by operation.
type definitions map[string]bodies

func load(t *testing.T) definitions {
	t.Helper()
	const file = "huawei/definitions.json"
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(simtest.ReadPublished(t, file)))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	published, ok := document.(map[string]any)
	if !ok {
		t.Fatalf("%s is not an object", file)
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft4)
	const address = "https://definitions.invalid/" + file
	if err := compiler.AddResource(address, published); err != nil {
		t.Fatal(err)
	}
	loaded := definitions{}
	for operation, schemas := range published {
		both, ok := schemas.(map[string]any)
		if !ok {
			t.Fatalf("%s: %s is not an object", file, operation)
		}
		found := bodies{answer: compiler.MustCompile(address + "#/" + operation + "/answer")}
		if both["request"] != nil {
			found.request = compiler.MustCompile(address + "#/" + operation + "/request")
		}
		loaded[operation] = found
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
