package records

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

type seen struct {
	raw          string
	line, column int
}

func readAll(source io.Reader, limit int) ([]seen, error) {
	reader := NewReader(source, limit)
	var all []seen
	for {
		record, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		if record.Index != len(all) {
			return all, errors.New("wrong index")
		}
		all = append(all, seen{string(record.Raw), record.Line, record.Column})
	}
}

func TestReaderTakesEveryForm(t *testing.T) {
	t.Parallel()
	a, b := `{"a": "\"}{[", "n":[1,{"x":null}]}`, `{ }`
	for name, test := range map[string]struct {
		text string
		want []seen
	}{
		"nothing":          {"", nil},
		"space":            {" \n\t ", nil},
		"empty array":      {" [ ] \n", nil},
		"one object":       {"  " + a, []seen{{a, 1, 3}}},
		"array":            {"[\n  " + a + " ,\n " + b + "]\n", []seen{{a, 2, 3}, {b, 3, 2}}},
		"lines":            {a + "\n" + b + "\r\n\n", []seen{{a, 1, 1}, {b, 2, 1}}},
		"commas":           {a + ",\n" + b, []seen{{a, 1, 1}, {b, 2, 1}}},
		"no separator":     {b + b, []seen{{b, 1, 1}, {b, 1, 4}}},
		"byte order mark":  {"\ufeff" + b, []seen{{b, 1, 4}}},
		"several lines":    {"{\n\"a\":1\n}\n" + b, []seen{{"{\n\"a\":1\n}", 1, 1}, {b, 4, 1}}},
		"even backslashes": {`{"a":"\\\\"}` + b, []seen{{`{"a":"\\\\"}`, 1, 1}, {b, 1, 13}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, source := range []io.Reader{strings.NewReader(test.text), iotest.OneByteReader(strings.NewReader(test.text)), iotest.DataErrReader(strings.NewReader(test.text))} {
				got, err := readAll(source, 0)
				if err != nil {
					t.Fatal(err)
				}
				if len(got) != len(test.want) {
					t.Fatalf("got %v, want %v", got, test.want)
				}
				for i := range got {
					if got[i] != test.want[i] {
						t.Errorf("record %d: got %+v, want %+v", i, got[i], test.want[i])
					}
				}
			}
		})
	}
}

func TestReaderNamesRecordLineAndColumn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text                string
		index, line, column int
		message             string
	}{
		"not JSON":                 {"hello", 0, 1, 1, "must be a JSON array"},
		"UTF-16":                   {"\xff\xfe{\x00", 0, 1, 1, "UTF-16"},
		"number in array":          {"[{},\n 7]", 1, 2, 2, "must be a JSON object"},
		"string in lines":          {"{}\n\"x\"", 1, 2, 1, "must be a JSON object"},
		"missing comma in record":  {"[{\"a\":1\n\"b\":2}]", 0, 2, 1, "',' or '}'"},
		"missing comma in array":   {"[{} {}]", 1, 1, 5, "',' or ']'"},
		"comma at the end":         {"[{},]", 1, 1, 5, "must be a JSON object"},
		"comma at the end of text": {"{},", 1, 1, 4, "another record must follow"},
		"array not closed":         {"[{}", 1, 1, 4, "']' is missing"},
		"behind the array":         {"[{}]\n{}", 1, 2, 1, "nothing after"},
		"record not closed":        {"{}\n{\"a\":[1,", 1, 2, 1, "not closed"},
		"string not closed":        {"{\"a\":\"x}\n{\"b\":1}", 0, 1, 9, "byte 0x0a"},
		"leading zero":             {"{\"a\":01}", 0, 1, 7, "',' or '}'"},
		"single quotes":            {"{'a':1}", 0, 1, 2, "double quotes"},
		"bad escape":               {`{"a":"\x"}`, 0, 1, 8, "an escape letter"},
		"bad unicode escape":       {`{"a":"\u12g4"}`, 0, 1, 11, "a hexadecimal digit"},
		"not UTF-8":                {"{\"a\":\"\xff\"}", 0, 1, 7, "UTF-8"},
		"wrong bracket":            {`{"a":[1}`, 0, 1, 8, "',' or ']'"},
		"too deep":                 {`{"a":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + "}", 0, 1, 133, "128 levels"},
		"trailing comma in object": {`{"a":1,}`, 0, 1, 8, "a member name"},
		"NaN":                      {`{"a":NaN}`, 0, 1, 6, "a value"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := readAll(strings.NewReader(test.text), 0)
			var syntax *SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("got %v", err)
			}
			if syntax.RecordIndex != test.index || syntax.Line != test.line || syntax.Column != test.column || !strings.Contains(syntax.Message, test.message) {
				t.Errorf("got %+v, want %+v", *syntax, test)
			}
		})
	}
}

func TestReaderBoundsRecords(t *testing.T) {
	t.Parallel()
	big := `{"a":"` + strings.Repeat("x", 1000) + `"}`
	if _, err := readAll(strings.NewReader("{}\n"+big), len(big)); err != nil {
		t.Errorf("a record of just the limit: %v", err)
	}
	_, err := readAll(strings.NewReader("{}\n"+big), len(big)-1)
	var tooLarge *TooLargeError
	if !errors.As(err, &tooLarge) || tooLarge.RecordIndex != 1 || tooLarge.Line != 2 {
		t.Errorf("got %v", err)
	}
	// A forgotten quote is what is wrong here, not the size.
	_, err = readAll(strings.NewReader("{\"a\":\"x}\n"+strings.Repeat("{\"b\":1}\n", 1000)), 500)
	var syntax *SyntaxError
	if !errors.As(err, &syntax) || syntax.Line != 1 {
		t.Errorf("got %v", err)
	}
}

func TestReaderPassesOnSourceErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("disk on fire")
	_, err := readAll(io.MultiReader(strings.NewReader("{}\n"), iotest.ErrReader(broken)), 0)
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "record 1") {
		t.Errorf("got %v", err)
	}
}

func TestHashIgnoresHowRecordsAreWritten(t *testing.T) {
	t.Parallel()
	groups := [][]string{
		{`{"a":1,"b":"é"}`, `{"b":"\u00e9" , "a" : 1 }`, "{\n\"b\":\"\\u00E9\",\"a\":1}"},
		{`{"a":{"x":[1, 2],"w":"/"}}`, `{"a":{"w":"\/","x":[1,2]}}`},
		{`{"a":"😀\n"}`, `{"a":"\ud83d\ude00\u000a"}`},
		{`{"a":1}`}, {`{"a":"1"}`}, {`{"a":[2,1]}`}, {`{"a":[1,2]}`}, {`{"A":1}`}, {`{}`, `{"a":null}`, `{"a":null,"b":null}`},
		{`{"n":1}`, `{"n":1.0}`, `{"n":1e0}`, `{"n":10E-1}`, `{"z":null,"n":1}`, `{"n":1,"z":null}`}, {`{"n":0}`, `{"n":-0}`, `{"n":0e999999999999999999}`},
		{`{"n":9007199254740993}`, `{"n":9007199254740993.0}`}, {`{"n":9007199254740992}`}, {`{"n":1e400}`, `{"n":10e399}`}, {`{"n":1e401}`}, {`{"n":-1}`},
		{`{"n":0.1}`, `{"n":1e-1}`}, {`{"n":0.10000000000000000001}`}, {`{"n":[null]}`}, {`{"n":[]}`}, {`{"n":{"a":null}}`}, {`{"n":{}}`},
	}
	owner := map[Hash]int{}
	for i, group := range groups {
		for _, text := range group {
			record, err := NewReader(strings.NewReader(text), 0).Next()
			if err != nil {
				t.Fatal(err)
			}
			if other, taken := owner[record.Hash()]; taken && other != i {
				t.Errorf("%s has the hash of %s", text, groups[other][0])
			} else if !taken && text != group[0] {
				t.Errorf("%s has not the hash of %s", text, group[0])
			}
			owner[record.Hash()] = i
		}
	}
}

// FuzzReader compares with encoding/json: the same texts are records, with
// the same bytes.
func FuzzReader(f *testing.F) {
	for _, text := range []string{`[{"a":1},{}]`, `{"a":"\ud83d\ude00"}`, "{}\n{}", "{},{}", `{"a":[1,-2.5e+3,true,null,{"b":"\\"}]}`, `{"a":01}`, `{"":""}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := readAll(iotest.HalfReader(bytes.NewReader(text)), 0)
		want, ok := reference(text)
		if (err == nil) != ok {
			t.Fatalf("%q: got %v, encoding/json says valid: %v", text, err, ok)
		}
		sameInEveryWay(t, text, got, err)
		if !ok {
			return
		}
		if len(got) != len(want) {
			t.Fatalf("%q: %d records, want %d", text, len(got), len(want))
		}
		for i := range got {
			if got[i].raw != string(want[i]) {
				t.Errorf("%q: record %d is %q, want %q", text, i, got[i].raw, want[i])
			}
			sameMeaning(t, got[i].raw)
		}
	})
}

// sameInEveryWay reads the text byte by byte, so that no record is in the
// window whole, and once more without canonical forms.
func sameInEveryWay(t *testing.T, text []byte, want []seen, failed error) {
	t.Helper()
	got, err := readAll(iotest.OneByteReader(bytes.NewReader(text)), 0)
	if !slices.Equal(got, want) || place(err) != place(failed) {
		t.Fatalf("%q: byte by byte %v, %v; at once %v, %v", text, got, err, want, failed)
	}
	checking, records := NewReader(bytes.NewReader(text), 0), 0
	checking.SkipHashes(true)
	for _, err = checking.Next(); err == nil; _, err = checking.Next() {
		records++
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	if records != len(want) || place(err) != place(failed) {
		t.Fatalf("%q: without canonical forms %d records, %v; with them %d, %v", text, records, err, len(want), failed)
	}
}

// place is where an error of syntax is; its zero value stands for none.
func place(err error) (at struct{ record, line, column int }) {
	if syntax, ok := errors.AsType[*SyntaxError](err); ok {
		at.record, at.line, at.column = syntax.RecordIndex, syntax.Line, syntax.Column
	}
	return at
}

// reference reads an array or one object with encoding/json, and other forms
// as the reader itself defines them: objects with a comma or nothing between.
func reference(text []byte) ([]json.RawMessage, bool) {
	trimmed := bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\ufeff")), " \t\r\n")
	if !utf8.Valid(trimmed) {
		return nil, false
	}
	if len(trimmed) > 0 && trimmed[0] == '[' {
		var records []json.RawMessage
		if json.Unmarshal(trimmed, &records) != nil {
			return nil, false
		}
		return records, allRecords(records)
	}
	var records []json.RawMessage
	for len(trimmed) > 0 {
		var record json.RawMessage
		decoder := json.NewDecoder(bytes.NewReader(trimmed))
		if decoder.Decode(&record) != nil {
			return nil, false
		}
		records = append(records, record)
		trimmed = bytes.TrimLeft(trimmed[decoder.InputOffset():], " \t\r\n")
		if len(trimmed) > 0 && trimmed[0] == ',' {
			if trimmed = bytes.TrimLeft(trimmed[1:], " \t\r\n"); len(trimmed) == 0 {
				return nil, false
			}
		}
	}
	return records, allRecords(records)
}

func allRecords(records []json.RawMessage) bool {
	for _, record := range records {
		if record[0] != '{' || nesting(record) > maxDepth {
			return false
		}
	}
	return true
}

func nesting(record []byte) int {
	deepest, depth, inString, escaped := 0, 0, false, false
	for _, c := range record {
		switch {
		case escaped:
			escaped = false
		case inString:
			escaped, inString = c == '\\', c != '"'
		case c == '"':
			inString = true
		case c == '{' || c == '[':
			depth++
			deepest = max(deepest, depth)
		case c == '}' || c == ']':
			depth--
		}
	}
	return deepest
}

// sameMeaning checks that the canonical form says what the record says.
func sameMeaning(t *testing.T, raw string) {
	t.Helper()
	p := parser{legacy: true} // Numbers and null as they are written.
	if err := p.record([]byte(raw)); err != nil {
		t.Fatal(err)
	}
	original, canonical := map[string]any{}, map[string]any{}
	decode := func(text []byte, into *map[string]any) {
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		if err := decoder.Decode(into); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
	}
	decode([]byte(raw), &original)
	decode(p.canonical, &canonical)
	a, errA := json.Marshal(original)
	b, errB := json.Marshal(canonical)
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Errorf("%q became %q", raw, p.canonical)
	}
	p.legacy = false
	if err := p.record([]byte(raw)); err != nil {
		t.Fatal(err)
	}
	again := bytes.Clone(p.canonical)
	if err := p.record(again); err != nil || !bytes.Equal(p.canonical, again) {
		t.Errorf("the canonical form %q of %q is not its own canonical form", again, raw)
	}
}
