package simtest

import (
	"bytes"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// CheckRequest checks the body of a request.
func (d *Definitions) CheckRequest(operationID string, body []byte) error {
	found, known := d.operations[operationID]
	if !known {
		return fmt.Errorf("the definitions have no operation %s", operationID)
	}
	for i, p := range found.swagger.Parameters {
		if p.In != "body" {
			continue
		}
		if len(body) == 0 && !p.Required {
			return nil
		}
		return d.check(found, fmt.Sprintf("%s/parameters/%d/schema", found.pointer, i), body)
	}
	if len(body) > 0 {
		return fmt.Errorf("%s takes no body, got %d bytes", operationID, len(body))
	}
	return nil
}

// CheckResponse checks the status and the body of an answer. A success status
// has to be declared; an error is checked against the default answer.
func (d *Definitions) CheckResponse(operationID string, status int, body []byte) error {
	found, known := d.operations[operationID]
	if !known {
		return fmt.Errorf("the definitions have no operation %s", operationID)
	}
	name := strconv.Itoa(status)
	declared, ok := found.swagger.Responses[name]
	if !ok && status >= 400 {
		name = "default"
		declared, ok = found.swagger.Responses[name]
	}
	if !ok {
		return fmt.Errorf("%s declares no answer %d", operationID, status)
	}
	if len(declared.Schema) == 0 {
		if text := strings.TrimSpace(string(body)); text != "" && text != "null" {
			return fmt.Errorf("%s %d has no body, got %s", operationID, status, text)
		}
		return nil
	}
	return d.check(found, found.pointer+"/responses/"+name+"/schema", body)
}

func (d *Definitions) check(at location, pointer string, body []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s: the body is not JSON: %w", at.swagger.ID, err)
	}
	schema, err := d.schema(at.document.url + "#" + fragment(pointer))
	if err != nil {
		return fmt.Errorf("%s: %w", at.swagger.ID, err)
	}
	if err := schema.Validate(value); err != nil {
		return fmt.Errorf("%s: %w", at.swagger.ID, err)
	}
	return nil
}

// fragment escapes a JSON pointer for a URL.
func fragment(pointer string) string {
	return (&url.URL{Fragment: pointer}).EscapedFragment()
}
