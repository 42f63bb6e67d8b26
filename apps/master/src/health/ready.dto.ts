/** That the master takes calls. */
export class ReadyDto {
  /**
   * Always `ok` when there is an answer
   * @example 'ok'
   */
  status!: string;
}
