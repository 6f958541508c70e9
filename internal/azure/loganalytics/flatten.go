package loganalytics

// The Data Collector API stores the members of a nested object in columns of
// their own, whose names are those of parent and member joined by "_"
// (StartDate.value is in StartDate_value_t). How deep it goes is not
// documented; all levels are assumed here.

// flattener lists the properties of records as the Data Collector API sees
// them. Its buffers serve any number of records.
type flattener struct {
	flat []field
	// parsers are one for each level of nesting.
	parsers []*parser
}

// fields returns the record's properties. They are valid until the next call
// and no longer than the record.
func (fl *flattener) fields(record *Record) []field {
	nested := false
	for i := range record.fields {
		nested = nested || record.fields[i].kind == kindObject
	}
	if !nested {
		return record.fields
	}
	fl.flat = fl.flat[:0]
	for i := range record.fields {
		f := record.fields[i]
		f.root = f.name
		fl.add(f, 0)
	}
	return fl.flat
}

func (fl *flattener) add(f field, level int) {
	if f.kind != kindObject {
		fl.flat = append(fl.flat, f)
		return
	}
	if level == len(fl.parsers) {
		fl.parsers = append(fl.parsers, &parser{checkOnly: true})
	}
	members := fl.parsers[level]
	if members.record(f.value) != nil {
		return // The value was parsed with its record.
	}
	for _, member := range members.fields {
		name := make([]byte, 0, len(f.name)+1+len(member.name))
		name = append(append(append(name, f.name...), '_'), member.name...)
		member.name, member.escaped, member.root, member.depth = name, f.escaped || member.escaped, f.root, level+1
		fl.add(member, level+1)
	}
}
