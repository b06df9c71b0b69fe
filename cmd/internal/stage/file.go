package stage

import (
	"fmt"
	"reflect"

	"gopkg.in/yaml.v3"

	"ruxue/config"
)

// File returns the configuration as its file would hold it, for a process of
// its own.
func File(c config.Config) ([]byte, error) {
	raw, err := yaml.Marshal(settings(reflect.ValueOf(c)))
	if err != nil {
		return nil, fmt.Errorf("encoding a configuration: %w", err)
	}
	return raw, nil
}

func settings(v reflect.Value) map[string]any {
	out := map[string]any{}
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("koanf")
		if f := v.Field(i); f.Kind() == reflect.Struct {
			out[name] = settings(f)
		} else if !f.IsZero() || f.Kind() == reflect.String {
			out[name] = f.Interface()
		}
	}
	return out
}
