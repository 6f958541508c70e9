package records

// The Data Collector API stores the members of a nested object in columns of
// their own, whose names are those of parent and member joined by "_"
// (StartDate.value is in StartDate_value_t). How deep it goes is not
// documented; all levels are assumed here.

// Flattener lists the properties of records as the Data Collector API sees
// them. Its buffers serve any number of records.
type Flattener struct {
	flat []Field
	// parsers are one for each level of nesting.
	parsers []*parser
}

// Fields returns the record's properties. They are valid until the next call
// and no longer than the record.
func (fl *Flattener) Fields(record *Record) []Field {
	nested := false
	for i := range record.Fields {
		nested = nested || record.Fields[i].Kind == KindObject
	}
	if !nested {
		return record.Fields
	}
	fl.flat = fl.flat[:0]
	for i := range record.Fields {
		f := record.Fields[i]
		f.Root = f.Name
		fl.add(f, 0)
	}
	return fl.flat
}

func (fl *Flattener) add(f Field, level int) {
	if f.Kind != KindObject {
		fl.flat = append(fl.flat, f)
		return
	}
	if level == len(fl.parsers) {
		fl.parsers = append(fl.parsers, &parser{checkOnly: true})
	}
	members := fl.parsers[level]
	if members.record(f.Value) != nil {
		return // The value was parsed with its record.
	}
	for _, member := range members.fields {
		name := make([]byte, 0, len(f.Name)+1+len(member.Name))
		name = append(append(append(name, f.Name...), '_'), member.Name...)
		member.Name, member.Escaped, member.Root, member.Depth = name, f.Escaped || member.Escaped, f.Root, level+1
		fl.add(member, level+1)
	}
}
