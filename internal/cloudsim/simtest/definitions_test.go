package simtest

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

const petDefinitions = `{
  "swagger": "2.0",
  "paths": {
    "/pets/{id}": {
      "parameters": [{"name": "id", "in": "path", "type": "string"}],
      "put": {
        "operationId": "Pets_Create",
        "parameters": [{"name": "pet", "in": "body", "required": true, "schema": {"$ref": "#/definitions/Pet"}}],
        "responses": {
          "201": {"schema": {"$ref": "#/definitions/Pet"}},
          "204": {"description": "nothing"},
          "default": {"schema": {"$ref": "./common.json#/definitions/Error"}}
        }
      },
      "delete": {"operationId": "Pets_Delete", "responses": {"204": {"description": "gone"}}}
    }
  },
  "definitions": {
    "Pet": {
      "required": ["name"],
      "properties": {
        "name": {"type": "string"},
        "age": {"type": "integer", "minimum": 0},
        "kind": {"type": "string", "enum": ["Cat", "Dog"], "x-ms-enum": {"name": "PetKind"}},
        "born": {"type": "string", "format": "date-time"}
      }
    }
  },
  "x-external-refs": {
    "./common.json#/definitions/Error": {"required": ["error"], "properties": {"error": {"type": "object"}}}
  }
}`

func loadPets(t *testing.T) *Definitions {
	t.Helper()
	definitions, err := loadDefinitions(fstest.MapFS{"pets.json": {Data: []byte(petDefinitions)}}, []string{"pets.json"})
	if err != nil {
		t.Fatal(err)
	}
	return definitions
}

func TestCheckRequest(t *testing.T) {
	t.Parallel()
	definitions := loadPets(t)
	tests := []struct {
		name, operation, body, wantError string
	}{
		{"fits", "Pets_Create", `{"name":"Tom","kind":"Cat","born":"2020-01-02T03:04:05Z"}`, ""},
		{"undocumented member", "Pets_Create", `{"name":"Tom","colour":"grey"}`, ""},
		{"missing member", "Pets_Create", `{"age":1}`, "name"},
		{"wrong type", "Pets_Create", `{"name":1}`, "string"},
		{"out of range", "Pets_Create", `{"name":"Tom","age":-1}`, "minimum"},
		{"not in the enumeration", "Pets_Create", `{"name":"Tom","kind":"Cow"}`, "Cat"},
		{"not a time", "Pets_Create", `{"name":"Tom","born":"yesterday"}`, "date-time"},
		{"not JSON", "Pets_Create", `{"name":`, "not JSON"},
		{"no body where one is required", "Pets_Create", ``, "not JSON"},
		{"body where none is taken", "Pets_Delete", `{}`, "takes no body"},
		{"none where none is taken", "Pets_Delete", ``, ""},
		{"unknown operation", "Pets_Feed", `{}`, "no operation Pets_Feed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			wantError(t, definitions.CheckRequest(test.operation, []byte(test.body)), test.wantError)
		})
	}
}

func TestCheckResponse(t *testing.T) {
	t.Parallel()
	definitions := loadPets(t)
	tests := []struct {
		name      string
		operation string
		status    int
		body      string
		wantError string
	}{
		{"fits", "Pets_Create", 201, `{"name":"Tom"}`, ""},
		{"does not fit", "Pets_Create", 201, `{}`, "name"},
		{"undeclared success", "Pets_Create", 200, `{"name":"Tom"}`, "declares no answer 200"},
		{"error by the default answer", "Pets_Create", 404, `{"error":{}}`, ""},
		{"error that does not fit", "Pets_Create", 404, `{"message":"no"}`, "error"},
		{"body where none is declared", "Pets_Create", 204, `{"name":"Tom"}`, "has no body"},
		{"null where none is declared", "Pets_Create", 204, `null`, ""},
		{"no default answer", "Pets_Delete", 500, `{}`, "declares no answer 500"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			wantError(t, definitions.CheckResponse(test.operation, test.status, []byte(test.body)), test.wantError)
		})
	}
}

func TestOpenEnum(t *testing.T) {
	t.Parallel()
	definitions := loadPets(t)
	definitions.OpenEnum("PetKind")
	wantError(t, definitions.CheckRequest("Pets_Create", []byte(`{"name":"Tom","kind":"Cow"}`)), "")
}

func TestAbsentDefinitionsAreAnError(t *testing.T) {
	t.Parallel()
	if _, err := loadDefinitions(Published(t), []string{"absent.json"}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, want that the file does not exist", err)
	}
}

func wantError(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("unexpected error: %v", err)
	case want != "" && err == nil:
		t.Errorf("no error, want one with %q", want)
	case want != "" && !strings.Contains(err.Error(), want):
		t.Errorf("error %q does not contain %q", err, want)
	}
}
