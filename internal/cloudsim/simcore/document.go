package simcore

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
)

// maxDocument is how long a body of the control API may be, in bytes.
const maxDocument = 1 << 20

// readDocument reads the body of a request to the control API, one JSON object of
// which example shows the shape. It refuses whatever else there is, a misspelt
// member included: a fault that is not what was meant would make a test pass
// that should not.
func readDocument[T any](w http.ResponseWriter, r *http.Request, example string) (document T, ok bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxDocument))
	if err != nil {
		refuse(w, fmt.Errorf("the body cannot be read, or is longer than %d bytes", maxDocument))
		return document, false
	}
	if problem := decodeDocument(body, &document); problem != "" {
		refuse(w, fmt.Errorf("%s; want a JSON object like %s", problem, example))
		return document, false
	}
	return document, true
}

// decodeDocument says what is wrong, without the words of Go's decoder, or "".
func decodeDocument[T any](body []byte, into *T) string {
	text := bytes.TrimSpace(body)
	if len(text) == 0 {
		return "the body is empty"
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	wrongType := new(json.UnmarshalTypeError)
	var invalid *json.SyntaxError
	switch {
	case err == nil && text[0] != '{':
		return "the body is " + string(text[:min(len(text), len("null"))])
	case err == nil:
		if decoder.InputOffset() < int64(len(text)) {
			return fmt.Sprintf("text follows the JSON object, at byte %d", decoder.InputOffset())
		}
		return ""
	case errors.As(err, &wrongType) && wrongType.Field == "":
		return "the body is " + jsonType(wrongType.Value)
	case errors.As(err, &wrongType):
		return fmt.Sprintf("%q has to be %s, not %s", wrongType.Field, wantedType(wrongType.Type), jsonType(wrongType.Value))
	case errors.As(err, &invalid):
		return fmt.Sprintf("the body is not JSON, from byte %d on", invalid.Offset)
	}
	if name, isUnknown := strings.CutPrefix(err.Error(), "json: unknown field "); isUnknown {
		return unknown("member", strings.Trim(name, `"`), members(reflect.TypeFor[T]())).Error()
	}
	return "the body is not JSON: it ends too early"
}

// jsonType names the type of a value as the decoder found it, such as "number 1.5".
func jsonType(found string) string {
	kind, value, _ := strings.Cut(found, " ")
	if value != "" {
		return "the " + found
	}
	return map[string]string{"array": "an array", "object": "an object", "string": "text", "number": "a number", "bool": "true or false"}[kind]
}

func wantedType(t reflect.Type) string {
	if t.Kind() == reflect.String {
		return "text"
	}
	return "a whole number"
}

// members are the names that an object of that type may have.
func members(t reflect.Type) []string {
	var names []string
	for field := range t.Fields() {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}
