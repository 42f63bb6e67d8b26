// Renders a chart as `helm template` does, for tests on machines without Helm: the same template engine and function
// library (Debian: golang-go, golang-github-masterminds-sprig-dev, golang-gopkg-yaml.v3-dev), and Helm's own functions.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run render.go CHART RELEASE NAMESPACE < overrides.json
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"gopkg.in/yaml.v3"
)

type object = map[string]interface{}

// Numbers become float64, as Helm has them.
func fromYaml(text string) (object, error) {
	var value object
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		return nil, err
	}
	bytes, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	var plain object
	return plain, json.Unmarshal(bytes, &plain)
}

func mustYaml(text string) object {
	value, err := fromYaml(text)
	if err != nil {
		return object{"Error": err.Error()}
	}
	return value
}

func toYaml(value interface{}) string {
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(value); err != nil {
		return ""
	}
	return strings.TrimSuffix(out.String(), "\n")
}

func toJson(value interface{}) string {
	bytes, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	return string(bytes)
}

func fromJson(text string) object {
	var value object
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return object{"Error": err.Error()}
	}
	return value
}

func merge(base, over object) object {
	for key, value := range over {
		inner, isObject := value.(object)
		old, wasObject := base[key].(object)
		if isObject && wasObject {
			base[key] = merge(old, inner)
		} else {
			base[key] = value
		}
	}
	return base
}

type files struct{ root string }

func (f files) Get(name string) string {
	bytes, err := os.ReadFile(filepath.Join(f.root, name))
	if err != nil {
		return ""
	}
	return string(bytes)
}

func (f files) Glob(pattern string) map[string][]byte {
	found := map[string][]byte{}
	paths, _ := filepath.Glob(filepath.Join(f.root, pattern))
	for _, path := range paths {
		name, _ := filepath.Rel(f.root, path)
		found[name] = []byte(f.Get(name))
	}
	return found
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	root, release, namespace := os.Args[1], os.Args[2], os.Args[3]
	chartFile := files{root}
	values := mustYaml(chartFile.Get("values.yaml"))
	overrides, err := io.ReadAll(os.Stdin)
	check(err)
	if len(overrides) > 0 {
		merge(values, fromJson(string(overrides)))
	}
	meta := mustYaml(chartFile.Get("Chart.yaml"))
	chart := object{"Name": meta["name"], "Version": meta["version"], "AppVersion": meta["appVersion"]}
	data := object{
		"Values":  values,
		"Chart":   chart,
		"Files":   chartFile,
		"Release": object{"Name": release, "Namespace": namespace, "Service": "Helm", "IsInstall": true, "IsUpgrade": false},
	}

	all := template.New("chart").Option("missingkey=zero")
	functions := sprig.TxtFuncMap()
	delete(functions, "env")
	delete(functions, "expandenv")
	for name, function := range (template.FuncMap{
		"toYaml": toYaml, "fromYaml": mustYaml, "toJson": toJson, "fromJson": fromJson,
		"lookup": func(...string) object { return object{} },
		"required": func(message string, value interface{}) (interface{}, error) {
			if value == nil || value == "" {
				return nil, fmt.Errorf("%s", message)
			}
			return value, nil
		},
		"include": func(name string, data interface{}) (string, error) {
			var out bytes.Buffer
			err := all.ExecuteTemplate(&out, name, data)
			return out.String(), err
		},
	}) {
		functions[name] = function
	}
	all.Funcs(functions)

	paths, err := filepath.Glob(filepath.Join(root, "templates", "*"))
	check(err)
	sort.Strings(paths)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		check(err)
		_, err = all.New(filepath.Base(path)).Parse(string(text))
		check(err)
	}
	for _, path := range paths {
		name := filepath.Base(path)
		if strings.HasPrefix(name, "_") || name == "NOTES.txt" {
			continue
		}
		var out bytes.Buffer
		check(all.ExecuteTemplate(&out, name, data))
		fmt.Printf("---\n# Source: %s\n%s\n", name, strings.ReplaceAll(out.String(), "<no value>", ""))
	}
}
