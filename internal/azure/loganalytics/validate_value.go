package loganalytics

import "fmt"

// generatedTime checks the property that becomes TimeGenerated.
func (v *validator) generatedTime(record *Record, f *field) {
	name := v.rules.TimeGeneratedField
	if f == nil {
		v.report(Error, record, name, "the record lacks the time_generated_field; the service would silently use the time of arrival instead")
		return
	}
	v.text = f.text(v.text[:0])
	if wrong := v.timeProblem(f.kind); wrong != "" {
		v.report(Error, record, name, "%s; the service would silently use the time of arrival instead", wrong)
	}
}

// timeProblem says why the present value cannot become TimeGenerated, or
// nothing.
func (v *validator) timeProblem(k kind) string {
	generated, ok := parseTime(v.text)
	if k != kindString || !ok {
		return v.shown() + " is not a time in ISO 8601 (YYYY-MM-DDThh:mm:ssZ)"
	}
	switch age := v.rules.Now.Sub(generated); {
	case age > v.limits.oldest:
		return v.shown() + " is more than 2 days ago"
	case -age > v.limits.newest:
		return v.shown() + " is more than a day ahead"
	}
	return ""
}

// declaredValue checks a value for the Logs Ingestion API: whether it is a
// usable TimeGenerated, and whether a column of the type of the property's
// other values holds it.
func (v *validator) declaredValue(record *Record, p *property, f *field, held bool) {
	switch {
	case f.kind == kindNull:
	case p.name == timeGenerated:
		// A transformation of the rule may make a time of it.
		if wrong := v.timeProblem(f.kind); wrong != "" {
			v.report(Warning, record, p.name, "%s; unless a transformation of the data collection rule changes it, the service stores the time of arrival instead", wrong)
		}
	case f.kind == kindNumber && numberType(v.text) == declaredString:
		if p.once(saidRange) {
			v.report(Warning, record, p.name, "%s is outside the range of the types long and real, and is stored as null in a column of these; declare the column as string and give the number as a string", v.shown())
		}
	case !held && f.kind == kindNumber && p.declared == declaredReal:
		if p.once(saidNumber) {
			v.report(Warning, record, p.name, "%s has more than %d digits and is rounded in a column of type real, which other values of the property need; give it as a string", v.shown(), exactDigits)
		}
	case !held && p.once(saidMixed<<f.kind):
		v.report(Warning, record, p.name, "%s is %s%s; a column has one type, and stores what it cannot convert as null; give the property the same type in all records", v.shown(), v.kindOf(f.kind), p.unlike())
	}
}

// kindOf names the kind of the present value.
func (v *validator) kindOf(k kind) string {
	if _, ok := parseTime(v.text); k == kindString && ok {
		return "a date"
	}
	return k.String()
}

// unlike says which type the other values of a property have.
func (p *property) unlike() string {
	if p.since < 0 {
		return ", but the column was of type " + string(p.declared) + " in the last apply"
	}
	return fmt.Sprintf(", but since record %d the property is of type %s", p.since, p.declared)
}
