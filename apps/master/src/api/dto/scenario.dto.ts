import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import {
  type ParameterDescription,
  type ParameterType,
  parameterTypes,
  type ParameterValue,
  type ScenarioDescription,
  type ScenarioLoad,
  type ScenarioView,
  type ShapeCurve,
  type TaskDescription,
  type UserClassDescription,
} from '@loadstar/shared';

/** One task of a user class. */
export class TaskDto implements TaskDescription {
  /** @example 'list' */
  name!: string;
  /** Share among its siblings, 0 to 1 */
  ratio!: number;
  /** Tasks of a nested task set */
  @ApiProperty({ type: () => [TaskDto] })
  tasks!: TaskDto[];
}

/** One user class of a scenario. */
export class UserClassDto implements UserClassDescription {
  /** @example 'Shopper' */
  name!: string;
  /** Share of users of this class */
  weight!: number;
  /** Exact number of users of this class; 0 when the weight decides */
  fixedCount!: number;
  tasks!: TaskDto[];
}

/** What a shape plans, looked at in even steps. */
export class ShapeCurveDto implements ShapeCurve {
  everySeconds!: number;
  /** Users at second 0, `everySeconds`, and so on */
  users!: number[];
  /** Seconds after which it ends the run; null when it does not within the time that was looked at */
  @ApiProperty({ type: Number, nullable: true })
  endSeconds!: number | null;
}

const value = { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] };

/** A typed value that whoever starts a run may give. */
export class ParameterDto implements ParameterDescription {
  /** @example 'pageSize' */
  name!: string;
  @ApiProperty({ enum: parameterTypes, enumName: 'ParameterType' })
  type!: ParameterType;
  @ApiProperty(value)
  default!: ParameterValue;
  /** What it is for */
  description?: string;
  /** Bounds of a number, both allowed */
  min?: number;
  max?: number;
  /** The values that there are; left out: any */
  @ApiPropertyOptional({ type: 'array', items: { oneOf: [{ type: 'string' }, { type: 'number' }] } })
  choices?: (string | number)[];
}

/** What a scenario file declares. */
@ApiExtraModels(ShapeCurveDto)
export class ScenarioDescriptionDto implements ScenarioDescription {
  userClasses!: UserClassDto[];
  /** Names of its load shapes */
  shapes!: string[];
  /** Base URL that the file suggests */
  @ApiProperty({ type: String, required: false })
  host!: string | undefined;
  /** Pass/fail rules by metric */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } })
  thresholds!: Record<string, string[]>;
  /** Milliseconds that the file gives iterations to end after a stop; left out: it does not say */
  stopTimeoutMs?: number;
  /** The load that the file plans by `options.scenarios`, with every default filled in */
  @ApiPropertyOptional({ type: 'array', items: { type: 'object', additionalProperties: true } })
  scenarios?: ScenarioLoad[];
  /** Typed values that whoever starts a run may give */
  parameters?: ParameterDto[];
  /** Users that each shape plans over time, by its name */
  @ApiPropertyOptional({ type: 'object', additionalProperties: { $ref: getSchemaPath(ShapeCurveDto) } })
  curves?: Record<string, ShapeCurveDto>;
}

/** One scenario file. */
export class ScenarioDto implements ScenarioView {
  /**
   * File name, also the scenario's id
   * @example 'simple-load.ts'
   */
  name!: string;
  /** Hash of the file and all it imports; empty when it does not compile */
  hash!: string;
  /** What the file declares; null until a worker has looked at it */
  @ApiProperty({ type: ScenarioDescriptionDto, nullable: true })
  description!: ScenarioDescriptionDto | null;
  /** Why the file cannot be used, or null */
  problem!: string | null;
}
